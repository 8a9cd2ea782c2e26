import { SchemaGenerator } from '@mikro-orm/sql';
import { expect, onTestFinished, test } from 'vitest';
import { keysOf } from '#src/mechanisms/records.ts';
import { columnsOf } from '#src/persistence/columns.ts';
import { openDatabase, reading, statement } from '#src/persistence/database.ts';
import { openOrm } from '#src/persistence/orm.ts';
import { tables, type TableName } from '#src/persistence/tables.ts';
import { freshDatabase } from '#test/environment/database.ts';

/** Keys between tables, checks, indexes, triggers and defaults are the migrations' alone; the queues' and migrations' own tables are not ours. */
const saidByMigrations =
  /drop constraint|drop index|^drop trigger if exists "audit_|^drop function if exists "audit_|alter column "\w+" drop default|^drop table if exists "schema_migration"|"bullmq"/;

/** What MikroORM would change of the schema for it to be as the list of tables says. */
async function differences(url: string): Promise<readonly string[]> {
  const orm = await openOrm(url);
  try {
    SchemaGenerator.register(orm);
    const sql = await orm.schema.getUpdateSchemaSQL({ wrap: false });
    const changes = sql.split('\n').filter((line) => line.trim() !== '');
    return changes.filter((change) => !saidByMigrations.test(change));
  } finally {
    await orm.close();
  }
}

test('MikroORM finds that the migrations made the tables and columns that are listed, and no others', async () => {
  const { url, drop } = await freshDatabase();
  onTestFinished(drop);
  expect(await differences(url)).toEqual([]);
});

test.each([
  ['a column that is not listed', 'alter table license add column colour text'],
  ['a column that is missing', 'alter table hold drop column note'],
  ['another type', 'alter table license_grant alter column seats type bigint'],
  ['a column that may be null', 'alter table account alter column email drop not null'],
  ['a table that is not listed', 'create table license_colour (license uuid primary key)'],
])('and it would find %s', async (_, change) => {
  const { url, drop } = await freshDatabase();
  onTestFinished(drop);
  const database = openDatabase(url);
  onTestFinished(() => database.close());
  await statement(reading(database), change);
  expect(await differences(url)).not.toEqual([]);
});

test('the primary keys are those that are listed', async () => {
  const { url, drop } = await freshDatabase();
  onTestFinished(drop);
  const database = openDatabase(url);
  onTestFinished(() => database.close());
  const found = await statement<{ readonly table: TableName; readonly columns: readonly string[] }>(
    reading(database),
    `select conrelid::regclass::text as "table",
       (select json_agg(attname order by attnum) from pg_attribute where attrelid = conrelid and attnum = any(conkey)) as columns
     from pg_constraint where contype = 'p' and connamespace = 'public'::regnamespace and conrelid <> 'schema_migration'::regclass`,
  );
  const listed = keysOf(tables).map((table) => ({
    table,
    columns: columnsOf(table)
      .filter(({ isKey }) => isKey)
      .map(({ name }) => name),
  }));
  const sorted = (keys: typeof found) =>
    keys.map((key) => `${key.table} ${key.columns.toSorted().join()}`).sort();
  expect(sorted(found)).toEqual(sorted(listed));
});
