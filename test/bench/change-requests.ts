import { messageOf } from '#jobs/message.ts';
import { upgradeOrderV1 } from '#jobs/upgrade-order.ts';
import { loadCatalog, shippedCatalog } from '#src/files/catalog-file.ts';
import { decideBatch } from '#src/fulfillment/batch/decide-batch.ts';
import { openFulfillment } from '#src/fulfillment/open-fulfillment.ts';
import { inTransaction, openDatabase, statement } from '#src/persistence/database.ts';
import type { Base } from '#test/bench/base-database.ts';
import type { BenchServers } from '#test/bench/bench-servers.ts';
import { orderData, today } from '#test/bench/messages-mix.ts';
import { workOff } from '#test/bench/work-off.ts';

const database = 'bench_changes';

/**
 * A backlog of change requests, each of an order of its own that was fulfilled before: a third sets the seats, a third renews, a third
 * returns the order.
 * @returns change requests a second
 */
export async function changeRequests(servers: BenchServers, base: Base, messages: number): Promise<number> {
  const url = await servers.clone(base.database, database);
  try {
    await fulfilOrders(url, messages);
    const mix = 'change-requests';
    return await workOff({
      servers,
      base,
      mix,
      messages,
      workers: 1,
      backend: 'redis',
      rendering: false,
      database,
    });
  } finally {
    await servers.drop(database);
  }
}

/** For a month, so that the day of a renewal has come. */
async function fulfilOrders(url: string, count: number): Promise<void> {
  const opened = openDatabase(url, { idleInTransactionMs: 0 });
  try {
    // What the base imported says no more than its figures, and a return of what came after would ask a person.
    await inTransaction(opened, (tx) =>
      statement(
        tx,
        `update license_grant set license_status = 'active', license_edition = 'full', license_extended_by = '{}'
         where cause_kind = 'import' and license_status is null`,
      ),
    );
    const fulfillment = await openFulfillment(opened, await loadCatalog(shippedCatalog));
    for (let from = 0; from < count; from += 500) {
      const items = Array.from({ length: Math.min(500, count - from) }, (_, i) => ({
        message: messageOf(
          'upgrade-order',
          upgradeOrderV1.parse({ ...orderData(from + i), startsOn: today, term: 'P1M' }),
        ),
      }));
      const endings = await decideBatch(fulfillment, items);
      const wrong = endings.find((ending) => ending.outcome !== 'decided' || ending.status !== 'fulfilled');
      if (wrong) throw new Error(`An order to change was not fulfilled: ${JSON.stringify(wrong)}`);
    }
  } finally {
    await opened.close();
  }
}
