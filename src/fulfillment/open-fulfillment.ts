import { fingerprint } from '#jobs/message.ts';
import type { Catalog } from '#src/domain/catalog.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { inTransaction, type Database, type Transaction } from '#src/persistence/database.ts';
import { storeSuiteSnapshots } from '#src/persistence/suite-snapshots.ts';

/** Gets ready to fulfil: stores the component lists of the catalog's suites, once each. Safe to repeat. */
export async function openFulfillment(
  database: Database,
  catalog: Catalog,
  { at = () => {}, announce = () => {} }: Partial<Pick<Fulfillment, 'at' | 'announce'>> = {},
): Promise<Fulfillment> {
  const suiteSnapshots = await inTransaction(database, (tx) => storeSuites(tx, catalog));
  return { database, catalog, suiteSnapshots, at, announce };
}

/** @returns the ids of the stored component lists by suite code */
export function storeSuites(tx: Transaction, catalog: Catalog): Promise<ReadonlyMap<string, string>> {
  const suites = catalog.suites.map(({ code, name, components }) => ({
    suite: code,
    name,
    components,
    fingerprint: fingerprint({ code, name, components }),
  }));
  return storeSuiteSnapshots(tx, suites);
}
