import { fingerprint } from '#jobs/message.ts';
import type { Catalog } from '#src/domain/catalog.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import type { Database } from '#src/persistence/database.ts';
import { storeSuiteSnapshots } from '#src/persistence/suite-snapshots.ts';

/** Gets ready to fulfil: stores the component lists of the catalog's suites, once each. Safe to repeat. */
export async function openFulfillment(
  database: Database,
  catalog: Catalog,
  { at = () => {}, announce = () => {} }: Partial<Pick<Fulfillment, 'at' | 'announce'>> = {},
): Promise<Fulfillment> {
  const suites = catalog.suites.map(({ code, name, components }) => ({
    suite: code,
    name,
    components,
    fingerprint: fingerprint({ code, name, components }),
  }));
  return { database, catalog, suiteSnapshots: await storeSuiteSnapshots(database, suites), at, announce };
}
