import { expect, onTestFinished, test } from 'vitest';
import { openDatabase, reading, statement } from '#src/persistence/database.ts';
import { openOrm } from '#src/persistence/orm.ts';
import { freshDatabase } from '#test/environment/database.ts';

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly primary: boolean;
}

test('the entities’ tables and columns agree with the schema', async () => {
  const { url, drop } = await freshDatabase();
  onTestFinished(drop);
  const database = openDatabase(url);
  onTestFinished(() => database.close());
  const schema = await statement<Column>(
    reading(database),
    `select relname as "table", attname as "column", format_type(atttypid, atttypmod) as type, not attnotnull as nullable,
       attnum = any(coalesce(conkey, '{}')) as "primary"
     from pg_class join pg_namespace on pg_namespace.oid = relnamespace and nspname = 'public'
     join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
     left join pg_constraint on conrelid = pg_class.oid and contype = 'p'
     where relkind = 'r' and relname <> 'schema_migration'`,
  );
  const orm = await openOrm(url);
  onTestFinished(() => orm.close());
  const known = [...orm.getMetadata().getAll().values()].flatMap(({ tableName, props }) =>
    props.map((property): Column => ({
      table: tableName,
      column: property.fieldNames.join(),
      type: typeNames[property.columnTypes.join()] ?? property.columnTypes.join(),
      nullable: property.nullable === true,
      primary: property.primary === true,
    })),
  );
  expect(sorted(known)).toEqual(sorted(schema));
});

/** PostgreSQL's long names of what MikroORM calls shortly. */
const typeNames: Readonly<Record<string, string>> = {
  int: 'integer',
  'timestamptz(6)': 'timestamp with time zone',
};

function sorted(columns: readonly Column[]): readonly string[] {
  return columns.map((column) => JSON.stringify(column, Object.keys(column).sort())).sort();
}
