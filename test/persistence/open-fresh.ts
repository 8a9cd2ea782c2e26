import { onTestFinished } from 'vitest';
import { openDatabase, reading, statement, type Database } from '#src/persistence/database.ts';
import { freshDatabase, type FreshDatabase } from '#test/environment/database.ts';

export interface OpenedDatabase {
  readonly url: string;
  readonly database: Database;
  readonly query: <Row = Record<string, unknown>>(
    sql: string,
    parameters?: readonly unknown[],
  ) => Promise<readonly Row[]>;
}

/** An opened database; closed and dropped when the test has finished. */
export async function openFresh(made: Promise<FreshDatabase> = freshDatabase()): Promise<OpenedDatabase> {
  const { url, drop } = await made;
  const database = openDatabase(url);
  onTestFinished(async () => {
    await database.close();
    await drop();
  });
  return { url, database, query: (sql, parameters) => statement(reading(database), sql, parameters) };
}
