import { onTestFinished } from 'vitest';
import type { Catalog } from '#src/domain/catalog.ts';
import { loadCatalog, shippedCatalog } from '#src/files/catalog-file.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { openFulfillment } from '#src/fulfillment/open-fulfillment.ts';
import { openDatabase, reading, statement, type Database } from '#src/persistence/database.ts';
import { freshDatabase } from '#test/environment/database.ts';

/** A database of its own with everything that a use case needs. */
export interface Ledger {
  readonly url: string;
  readonly database: Database;
  readonly fulfillment: Fulfillment;
  readonly query: <Row = Record<string, unknown>>(
    sql: string,
    parameters?: readonly unknown[],
  ) => Promise<readonly Row[]>;
}

export interface LedgerOptions extends Partial<Pick<Fulfillment, 'at' | 'announce'>> {
  /** By default the shipped one. */
  readonly catalog?: Catalog;
}

/** With the resellers `northwind` (type `reseller`) and `southwind` (type `retail`); closed and dropped when the test has finished. */
export async function openLedger({ catalog, ...hooks }: LedgerOptions = {}): Promise<Ledger> {
  const { url, drop } = await freshDatabase();
  const database = openDatabase(url, { poolSize: 12 });
  onTestFinished(async () => {
    await database.close();
    await drop();
  });
  const fulfillment = await openFulfillment(database, catalog ?? (await loadCatalog(shippedCatalog)), hooks);
  const query: Ledger['query'] = (sql, parameters) => statement(reading(database), sql, parameters);
  await query(
    "insert into reseller (name, license_type) values ('northwind', 'reseller'), ('southwind', 'retail')",
  );
  return { url, database, fulfillment, query };
}
