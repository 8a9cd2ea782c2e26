import { withDatabase } from '#src/commands/with-database.ts';
import { loadCatalog } from '#src/files/catalog-file.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { openFulfillment } from '#src/fulfillment/open-fulfillment.ts';

/** For commands that look things up and need the catalog beside the database, but no queue. */
export function withLedger<T>(work: (fulfillment: Fulfillment) => Promise<T>): Promise<T> {
  return withDatabase(async ({ configuration, database }) =>
    work(
      await openFulfillment(database, await loadCatalog(configuration.catalogPath), {
        events: configuration.events === 'on',
      }),
    ),
  );
}
