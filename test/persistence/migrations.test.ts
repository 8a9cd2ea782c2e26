import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '#src/persistence/database.ts';
import { migrate, pendingMigrations } from '#src/persistence/migrate.ts';
import { openOrm } from '#src/persistence/orm.ts';
import { bareDatabase } from '#test/environment/database.ts';
import { openFresh, type OpenedDatabase } from '#test/persistence/open-fresh.ts';

/** Everything that a migration may make: columns, constraints, indexes and sequences. */
async function schemaOf({ query }: OpenedDatabase): Promise<readonly unknown[]> {
  return query(
    `select table_name as name, column_name || ' ' || data_type || ' ' || is_nullable || coalesce(column_default, '') as definition
       from information_schema.columns where table_schema = 'public'
     union all select conname, pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace
     union all select indexname, indexdef from pg_indexes where schemaname = 'public'
     union all select sequencename, data_type::text from pg_sequences where schemaname = 'public'
     order by 1, 2`,
  );
}

test('the migrations go up, down to nothing, and up to the same schema again', async () => {
  const opened = await openFresh(bareDatabase());
  const { database, url } = opened;
  expect((await pendingMigrations(database)).length).toBeGreaterThan(0);
  await migrate(url);
  expect(await pendingMigrations(database)).toEqual([]);
  const first = await schemaOf(opened);
  const orm = await openOrm(url);
  await orm.migrator.down({ to: 0 });
  await orm.close();
  expect((await schemaOf(opened)).filter((row) => !JSON.stringify(row).includes('schema_migration'))).toEqual(
    [],
  );
  await migrate(url);
  expect(await schemaOf(opened)).toEqual(first);
});

test('several processes that migrate at once make the schema once', async () => {
  const opened = await openFresh(bareDatabase());
  await Promise.all([migrate(opened.url), migrate(opened.url), migrate(opened.url)]);
  expect(await pendingMigrations(opened.database)).toEqual([]);
});

test('what the URL says of connections holds for migrating and for working', async () => {
  const { url, query } = await openFresh(bareDatabase());
  await query('create schema app');
  const inApp = new URL(url);
  inApp.searchParams.set('options', '-c search_path=app');
  await migrate(inApp.href);
  const database = openDatabase(inApp.href);
  onTestFinished(() => database.close());
  expect(await pendingMigrations(database)).toEqual([]);
  const schemas = await query(
    `select distinct table_schema as schema from information_schema.tables where table_schema in ('app', 'public')`,
  );
  expect(schemas).toEqual([{ schema: 'app' }]);
});

test('every constraint has a name of its own choosing', async () => {
  const { query } = await openFresh();
  const unnamed = await query(
    `select conname from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
       and conname ~ '_(fkey|key|check)[0-9]+$' and conrelid <> coalesce(to_regclass('schema_migration'), 0)`,
  );
  expect(unnamed).toEqual([]);
});
