import { fingerprint } from '#jobs/message.ts';
import { namesOfCatalog } from '#src/domain/catalog-lacks.ts';
import type { Catalog } from '#src/domain/catalog.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { noMeters } from '#src/fulfillment/meters.ts';
import { rememberCatalog } from '#src/persistence/catalogs-seen.ts';
import { inTransaction, type Database, type Transaction } from '#src/persistence/database.ts';
import { storeSuiteSnapshots } from '#src/persistence/suite-snapshots.ts';

/** Gets ready to fulfil: stores the component lists of the catalog's suites, once each, and remembers the
 * catalog. Safe to repeat. */
export async function openFulfillment(
  database: Database,
  catalog: Catalog,
  {
    at = () => {},
    announce = () => {},
    events = true,
    meters = noMeters,
  }: Partial<Pick<Fulfillment, 'at' | 'announce' | 'events' | 'meters'>> = {},
): Promise<Fulfillment> {
  return inTransaction(database, async (tx) => {
    const suiteSnapshots = await storeSuites(tx, catalog);
    const catalogNumber = await rememberCatalog(tx, fingerprint(catalog), namesOfCatalog(catalog));
    return { database, catalog, catalogNumber, suiteSnapshots, at, announce, events, meters };
  });
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
