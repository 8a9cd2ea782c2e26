import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { loadCatalog, shippedCatalog } from '#src/files/catalog-file.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { openFulfillment } from '#src/fulfillment/open-fulfillment.ts';
import { openDatabase, reading, statement, type Database } from '#src/persistence/database.ts';
import { freshDatabase } from '#test/environment/database.ts';

/** A database and a folder for one test file, with the resellers northwind and southwind. */
export interface Workspace {
  readonly url: string;
  readonly database: Database;
  readonly fulfillment: Fulfillment;
  /** Puts a file into a folder of its own and tells its path. */
  readonly put: (name: string, content: string | Uint8Array) => Promise<string>;
  readonly query: <Row>(sql: string, parameters?: readonly unknown[]) => Promise<readonly Row[]>;
  readonly close: () => Promise<void>;
}

export async function openWorkspace(): Promise<Workspace> {
  const { url, drop } = await freshDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'chancery-import-'));
  const database = openDatabase(url);
  const fulfillment = await openFulfillment(database, await loadCatalog(shippedCatalog));
  const query: Workspace['query'] = (sql, parameters) => statement(reading(database), sql, parameters);
  await query(
    "insert into reseller (name, license_type) values ('northwind', 'reseller'), ('southwind', 'retail')",
  );
  let files = 0;
  return {
    url,
    database,
    fulfillment,
    query,
    put: async (name, content) => {
      files += 1;
      // Several may be put at the same time.
      const own = join(folder, String(files));
      await mkdir(own);
      const path = join(own, name);
      await writeFile(path, content);
      return path;
    },
    close: async () => {
      await database.close();
      await drop();
      await rm(folder, { recursive: true });
    },
  };
}

/** The rows of a result file by column, as a program would read them. */
export async function resultRows(path: string | null): Promise<readonly Readonly<Record<string, string>>[]> {
  if (path === null) throw new Error('there is no result file');
  return parse<Record<string, string>>(await readFile(path), { columns: true });
}
