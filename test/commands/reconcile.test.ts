import { describe, expect, onTestFinished, test } from 'vitest';
import { acceptMessages } from '#src/fulfillment/batch/accept-messages.ts';
import { inTransaction, statement } from '#src/persistence/database.ts';
import { openPlace, type Place } from '#test/commands/run-chancery.ts';
import { decideAll } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { agreed, order } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';

/** A command takes a second or two; on a busy machine, several. */
const commandsMs = 600_000;

/** One order fulfilled, one held, one open for 90 seconds. */
async function openBooks(): Promise<Ledger & { readonly place: Place }> {
  const ledger = await openLedger();
  const { database, fulfillment, query, url } = ledger;
  await givenHoldings(
    database,
    [{ id: 'acme' }, { id: 'large' }],
    [{ account: 'large', activationCode: activationCode('OS', 1), seats: 900 }],
  );
  await decideAll(
    fulfillment,
    order({ orderNumber: 'PO-1', register: agreed }),
    order({ orderNumber: 'PO-2', customer: { account: 'large' } }),
  );
  await acceptMessages(fulfillment, [order({ orderNumber: 'PO-3' })], 'test');
  await query("update message set accepted_at = now() - interval '90 seconds' where number = 'PO-3'");
  const place = await openPlace({ DATABASE_URL: url });
  onTestFinished(() => place.remove());
  return { ...ledger, place };
}

describe('reconcile --check', { timeout: commandsMs }, () => {
  test('shows the books and how long the oldest message has been open, and ends with 0 while they balance', async () => {
    const { place } = await openBooks();
    const { code, stdout } = await place.run(['reconcile', '--check']);
    expect(code).toBe(0);
    expect(stdout).toContain('The books balance.');
    for (const line of [
      /accepted +3\n/,
      /fulfilled +1\n/,
      /held +1\n/,
      /open +1\n/,
      /oldest open +accepted 9\d s ago/,
    ])
      expect(stdout).toMatch(line);
    expect(stdout).toMatch(/certificates without PDF +1/);
  });

  test.each([
    [
      'licenses whose seats or date are not those of their last grant',
      "update license set seats = seats + 1 where account = 'large'",
    ],
    ['rendered certificates without their PDF', 'update certificate set rendered_at = now()'],
    ['held messages without an open hold, or open holds of messages that are not held', 'delete from hold'],
  ])('ends with 1 and names what contradicts itself: %s', async (check, sql) => {
    const { place, query } = await openBooks();
    await query(sql);
    const { code, stdout } = await place.run(['reconcile', '--check']);
    expect(code).toBe(1);
    expect(stdout).toContain('The books do not balance.');
    expect(stdout).toMatch(new RegExp(`1 +${check}`));
    expect(await place.json(['reconcile', '--check', '--json'])).toMatchObject({
      balanced: false,
      contradictions: [{ check, count: 1 }],
    });
  });
});

describe('reconcile', { timeout: commandsMs }, () => {
  test('says what it put on its queue, and that another process is looking when one is', async () => {
    const { database, place } = await openBooks();
    const busy = await inTransaction(database, async (tx) => {
      await statement(tx, "select pg_advisory_xact_lock(hashtext('chancery reconcile'))");
      // Longer than a worker's look may idle; the command takes a second or two.
      await statement(tx, "set local idle_in_transaction_session_timeout = '60s'");
      return place.run(['reconcile']);
    });
    expect(busy).toMatchObject({ code: 0, stdout: expect.stringContaining('Another process is looking') });
    expect((await place.run(['reconcile'])).stdout).toContain(
      'On their queues now: 1 accepted messages, 1 certificates without PDF, 0 mails, 0 deliveries.',
    );
  });
});
