import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { auditBooks } from '#src/persistence/books.ts';
import { scanning } from '#src/persistence/database.ts';
import { allEnded, openDeliverySite } from '#test/delivery/delivery-site.ts';
import { onDatabase } from '#test/environment/admin.ts';
import { orderData } from '#test/fulfillment/messages-by-hand.ts';

const orders = 1500;
const mostOrders = 20_000;
const atOnce = 250;

/** Ends one in three of the workers' connections, at any moment: also between a commit and the word of it. */
const cut = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and application_name in ('chancery', 'chancery queues') and random() < 0.34`;

describe('two worker processes on queues in PostgreSQL, whose connections are ended several times a second', () => {
  test('lose no order, double none, and leave no job as failed', { timeout: 300_000 }, async () => {
    const site = await openDeliverySite(null);
    const { query, queues, database, url, logLines } = site;
    await site.spawnWorkers(2);
    const queue = queues['upgrade-order'];
    const over = new AbortController();
    const cutting = (async () => {
      for (let cuts = 0; !over.signal.aborted; cuts += 1) {
        await onDatabase(url, cut);
        // Now and then the workers are left alone for long enough to get a whole batch through.
        await delay(cuts % 8 === 7 ? 1000 : 200);
      }
    })();
    onTestFinished(() => over.abort());
    const putBack = () => logLines.filter((line) => line.includes('"put back"')).length;
    const send = async (from: number) => {
      await queue.addBulk(
        Array.from({ length: atOnce }, (_, i) => ({
          name: 'upgrade-order.v1',
          data: orderData({ orderNumber: `PO-${from + i}`, customer: { account: undefined } }),
        })),
      );
    };
    let sent = 0;
    for (; sent < orders; sent += atOnce) await send(sent);
    const recorded = () =>
      expect.poll(() => query('select count(*)::int as n from message'), { timeout: 200_000, interval: 200 });
    await recorded().toEqual([{ n: sent }]);
    // Whether a connection ends in mid-batch is chance: it goes on until one did.
    for (; putBack() === 0 && sent < mostOrders; await recorded().toEqual([{ n: sent }])) {
      await send(sent);
      sent += atOnce;
    }
    over.abort();
    await cutting;
    await allEnded(site);
    expect(putBack()).toBeGreaterThan(0);
    expect(await query('select status, count(*)::int as n from message group by status')).toEqual([
      { status: 'fulfilled', n: sent },
    ]);
    expect(await query('select count(*)::int as n from registration_key')).toEqual([{ n: sent }]);
    expect((await scanning(database, auditBooks)).contradictions).toEqual([]);
    expect((await queue.getFailed()).map(({ failedReason }) => failedReason)).toEqual([]);
  });
});
