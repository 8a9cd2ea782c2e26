import { UnrecoverableError } from 'bullmq';
import { expect, onTestFinished, test } from 'vitest';
import { acceptMessages } from '#src/fulfillment/batch/accept-messages.ts';
import { inTransaction, openDatabase, statement, type Transaction } from '#src/persistence/database.ts';
import { findOpenInTurn } from '#src/persistence/messages.ts';
import { findOpenMessages, findUnrenderedCertificates } from '#src/persistence/open-work.ts';
import { describeOnBothBackends } from '#test/delivery/on-both-backends.ts';
import { decideAll, existing } from '#test/fulfillment/ending.ts';
import { order, serviceMerge } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';
import { openQueueSite, silent } from '#test/workers/open-queue-site.ts';
import type { OpenQueue } from '#workers/queue-backend.ts';
import { reconcile } from '#workers/reconciler.ts';

async function waiting(queue: OpenQueue): Promise<readonly string[]> {
  return (await queue.getWaiting(0, 10)).map((job) => job?.id ?? '').sort();
}

describeOnBothBackends('the reconciler', (redisUrl) => {
  test('puts an accepted message and a certificate without PDF on their queues, each once', async () => {
    const { fulfillment, queues, accept } = await openQueueSite(redisUrl);
    await decideAll(fulfillment, order({ orderNumber: 'PO-0' }));
    const ids = await accept(order());
    const found = { messages: 1, certificates: 1, mails: 0, deliveries: 0, looked: true };
    expect(await reconcile(fulfillment, queues, 0, silent)).toEqual(found);
    expect(await reconcile(fulfillment, queues, 0, silent)).toEqual(found);
    expect(await waiting(queues.all['upgrade-orders'])).toEqual(ids);
    expect(await queues.all.certificates.getWaiting(0, 10)).toMatchObject([
      { name: 'render-certificate.v1', id: expect.stringMatching(/^LC-\d{4}-\d{7}-v1$/) },
    ]);
  });

  test('looks in one place at a time: whoever comes second leaves it to the first', async () => {
    const { fulfillment, queues, accept } = await openQueueSite(redisUrl);
    await accept(order());
    const looking = Promise.withResolvers<void>();
    const other = Promise.withResolvers<void>();
    const first = reconcile(
      fulfillment,
      {
        ...queues,
        enqueue: async (queue, jobs) => {
          looking.resolve();
          await other.promise;
          await queues.enqueue(queue, jobs);
        },
      },
      0,
      silent,
    );
    await looking.promise;
    const second = await reconcile(fulfillment, queues, 0, silent);
    expect(second).toEqual({ messages: 0, certificates: 0, mails: 0, deliveries: 0, looked: false });
    other.resolve();
    expect(await first).toEqual({ messages: 1, certificates: 0, mails: 0, deliveries: 0, looked: true });
  });

  test('finds a row whose transaction committed late, behind rows that it has seen', async () => {
    const { database, fulfillment, queues, query, accept } = await openQueueSite(redisUrl);
    await query(`create function wait_for_test() returns trigger language plpgsql as $$ begin
      if new.number = 'LATE' then perform pg_advisory_xact_lock(42); end if; return new; end $$`);
    await query('create trigger wait after insert on message for each row execute function wait_for_test()');
    const late = await inTransaction(database, async (tx) => {
      await statement(tx, 'select pg_advisory_xact_lock(42)');
      const accepting = acceptMessages(
        fulfillment,
        [order({ orderNumber: 'LATE', customer: { account: 'other' } })],
        'test',
      );
      await expect
        .poll(() => query("select from pg_locks where locktype = 'advisory' and objid = 42 and not granted"))
        .toHaveLength(1);
      await accept(order({ orderNumber: 'EARLY' }));
      expect(await reconcile(fulfillment, queues, 0, silent)).toMatchObject({ messages: 1 });
      return { accepting };
    });
    await late.accepting;
    expect(await query('select number from message order by accepted_number')).toEqual([
      { number: 'LATE' },
      { number: 'EARLY' },
    ]);
    expect(await reconcile(fulfillment, queues, 0, silent)).toMatchObject({ messages: 2 });
    expect(await queues.all['upgrade-orders'].getJobCounts('wait')).toEqual({ wait: 2 });
  });

  test('goes beyond its 5,000 oldest rows only while the queues hold fewer jobs than there are rows', async () => {
    const { fulfillment, queues, query, accept } = await openQueueSite(redisUrl);
    await accept(order());
    await query(
      `insert into message (id, kind, reseller, number, fingerprint, content, account, accepted_at, status, events)
       select gen_random_uuid(), kind, reseller, 'PO-' || n, sha256(n::text::bytea), content, account, accepted_at, status, events
       from message, generate_series(2, 5500) as n`,
    );
    expect(await reconcile(fulfillment, queues, 0, silent)).toMatchObject({ messages: 5500 });
    expect(await queues.all['upgrade-orders'].getJobCounts('wait')).toEqual({ wait: 5500 });
    expect(await reconcile(fulfillment, queues, 0, silent)).toMatchObject({ messages: 5000 });
    expect(await queues.all['upgrade-orders'].getJobCounts('wait')).toEqual({ wait: 5500 });
  }, 60_000);

  test('that nobody asked retries what failed for passing reasons, and leaves to a person what broke the work', async () => {
    const { fulfillment, queues, accept, workOff } = await openQueueSite(redisUrl);
    const [passing = '', broken = ''] = await accept(
      order({ orderNumber: 'PO-1' }),
      order({ orderNumber: 'PO-2' }),
    );
    await queues.enqueueRecorded('upgrade-order', [passing, broken]);
    await workOff('upgrade-orders', 2, async ({ id }) => {
      throw new UnrecoverableError(id === passing ? 'TRANSIENT: error (57P01)' : 'INTERNAL_ERROR: broken');
    });
    const queue = queues.all['upgrade-orders'];
    expect(await queue.getJobCounts('failed')).toEqual({ failed: 2 });
    await reconcile(fulfillment, queues, 0, silent, 'transient');
    expect(await waiting(queue)).toEqual([passing]);
    expect(await queue.getJobCounts('failed')).toEqual({ failed: 1 });
    await reconcile(fulfillment, queues, 0, silent);
    expect(await waiting(queue)).toEqual([passing, broken].sort());
  });

  test('adds a job again that completed although its message is open', async () => {
    const { fulfillment, queues, accept, workOff } = await openQueueSite(redisUrl);
    const ids = await accept(order());
    await queues.enqueueRecorded('upgrade-order', ids);
    await workOff('upgrade-orders', 1, async () => ({}));
    const queue = queues.all['upgrade-orders'];
    expect(await queue.getJobCounts('wait', 'completed')).toEqual({ wait: 0, completed: 1 });
    await reconcile(fulfillment, queues, 0, silent, 'transient');
    expect(await queue.getJobCounts('wait', 'completed')).toEqual({ wait: 1, completed: 0 });
    expect(await waiting(queue)).toEqual(ids);
  });

  test('adds a job again that completed although its certificate has no PDF', async () => {
    const { fulfillment, queues, workOff } = await openQueueSite(redisUrl);
    await decideAll(fulfillment, order());
    const queue = queues.all.certificates;
    expect(await reconcile(fulfillment, queues, 0, silent)).toMatchObject({ certificates: 1 });
    await workOff('certificates', 1, async () => ({}));
    expect(await queue.getJobCounts('wait', 'completed')).toEqual({ wait: 0, completed: 1 });
    await reconcile(fulfillment, queues, 0, silent, 'transient');
    expect(await queue.getJobCounts('wait', 'completed')).toEqual({ wait: 1, completed: 0 });
  });

  test('gives its connection and the guard back when the queue server is silent', async () => {
    const { database, fulfillment, queues, accept } = await openQueueSite(redisUrl);
    await accept(order());
    const silence = { ...queues, enqueue: () => new Promise<never>(() => {}) };
    await expect(reconcile(fulfillment, silence, 0, silent)).rejects.toThrow(
      'The queue server does not answer',
    );
    expect(database.pool.totalCount).toBe(database.pool.idleCount);
    expect(await reconcile(fulfillment, queues, 0, silent)).toMatchObject({ messages: 1, looked: true });
  });

  test('may take longer than a session may idle, as long as each call of the queue server is shorter', async () => {
    const { url, fulfillment, queues, accept } = await openQueueSite(redisUrl);
    await accept(order(), serviceMerge('acme', 'branch'));
    const database = openDatabase(url, { idleInTransactionMs: 2000 });
    onTestFinished(() => database.close());
    const slow = {
      ...queues,
      enqueue: async (...args: Parameters<typeof queues.enqueue>) => {
        await new Promise((resolve) => setTimeout(resolve, 1200));
        await queues.enqueue(...args);
      },
    };
    expect(await reconcile({ ...fulfillment, database }, slow, 0, silent)).toMatchObject({ messages: 2 });
  });
});

test('open messages and certificates without PDF are found by their partial indexes, however many have ended', async () => {
  const { query, database, fulfillment } = await openLedger();
  await acceptMessages(fulfillment, [order()], 'test');
  await query(
    `insert into message (id, kind, reseller, number, fingerprint, content, account, accepted_at, status, decided_number, decided_at,
       reason, events)
     select gen_random_uuid(), kind, reseller, 'PO-' || n, sha256(n::text::bytea), content, account, accepted_at, 'rejected', n, now(),
       '{}', events
     from message, generate_series(2, 20000) as n`,
  );
  await query(
    `insert into certificate (number, version, message, facts, written_at, rendered_at)
     select 'LC-2026-' || lpad(decided_number::text, 7, '0'), 1, id, '{}', now(), now() from message where decided_number is not null`,
  );
  await query('analyze message, certificate');
  await inTransaction(database, async (tx) => {
    expect(await findOpenMessages(tx, 0, '0', 1000)).toHaveLength(1);
    expect(await findUnrenderedCertificates(tx, 0, 1000, 0)).toHaveLength(0);
    expect(await planOf(tx, 'order by accepted_number limit $3', "0, '0', 1000")).toContain('message_open');
    expect(await planOf(tx, 'order by written_at, number, version', '0, 1000, 0')).toContain(
      'certificate_not_rendered',
    );
  });
});

test('open orders are found by their accounts in a backlog that PostgreSQL has not counted yet', async () => {
  const { query, database } = await openLedger();
  const insert = `insert into message (id, kind, number, fingerprint, content, account, accepted_at, status, events)
    select gen_random_uuid(), 'upgrade-order', 'PO-' || n, sha256(n::text::bytea), '{}', 'a' || n, now(), 'accepted', '[]'`;
  await query(`${insert} from generate_series(1, 20000) as n`);
  await query(
    `update message set status = 'rejected', decided_at = now(), decided_number = accepted_number, reason = '{}'`,
  );
  await query('vacuum analyze message');
  await query(`${insert} from generate_series(20001, 22000) as n`);
  await inTransaction(database, async (tx) => {
    expect(await findOpenInTurn(tx, ['a20001', 'a7'], 10)).toHaveLength(1);
    const plan = await planOf(tx, 'with recursive named', `'{a20001}', 10`);
    expect(plan).toContain('message_by_account');
    expect(plan).not.toContain('message_open');
  });
});

/** How PostgreSQL runs what is prepared and contains the text. */
async function planOf(tx: Transaction, text: string, values: string): Promise<string> {
  const [prepared] = await statement<{ readonly name: string }>(
    tx,
    'select name from pg_prepared_statements where statement like $1',
    [`%${text}%`],
  );
  return JSON.stringify(await statement(tx, `explain execute "${existing(prepared).name}" (${values})`));
}
