import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase, reading, statement } from '#src/persistence/database.ts';
import { openPlace, type Place } from '#test/commands/run-chancery.ts';
import { describeOnBothBackends } from '#test/delivery/on-both-backends.ts';
import { bareDatabase } from '#test/environment/database.ts';
import { extendedCheckout, type ExtendedCheckout } from '#test/kinds/extended-checkout.ts';
import { registries } from '#test/kinds/note-kind.ts';
import { createQueueBackend } from '#workers/queue-backend.ts';

let product: ExtendedCheckout;
beforeAll(async () => {
  product = await extendedCheckout();
});
afterAll(() => product.remove());

describe('a message kind of the test’s own', { timeout: 120_000 }, () => {
  test('compiles with its own files and a line in each registry', async () => {
    expect(await product.compiled()).toBe('');
  });

  test.each(registries.slice(1))('does not compile without its line in $file', async ({ file }) => {
    expect(await product.compiled(file)).toContain(`${file}(`);
  });
});

const operatorKey = 'key-of-the-operator-of-this-test';

describeOnBothBackends('a message kind of the test’s own', (redisUrl) => {
  test('is accepted over HTTP and from a plain producer, decided once, found again, held, approved, found and listed', async () => {
    const { place, query, queue } = await openSite(redisUrl);
    const said = await place.json(['reseller', 'add', 'northwind', '--json']);
    const api = place.start(['api']);
    const url = /"url":"(http:[^"]+)"/.exec(await api.said('"msg":"listening"'))?.[1] ?? '';
    const call = async (path: string, body?: object, key = operatorKey) => {
      const answer = await fetch(`${url}${path}`, {
        method: body ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: JSON.parse(await answer.text()) };
    };
    expect(said).toMatchObject({ name: 'northwind' });
    await query(
      "insert into account (id, company, email, country, region) values ('acme', 'ACME GmbH', 'it@acme.example', 'DE', 'EMEA')",
    );
    const note = (requestNumber: string, ask = false) => ({
      reseller: 'northwind',
      requestNumber,
      account: 'acme',
      text: 'Called.',
      ask,
    });

    // Accepted over HTTP, and put on its queue; the queue loses it.
    const accepted = await call('/v1/notes', note('N-1'));
    expect(accepted).toMatchObject({ status: 202, body: { status: 'accepted' } });
    expect(await call('/v1/notes', note('N-1'))).toMatchObject({ status: 200, body: accepted.body });
    expect(await call('/v1/notes', note('N-1', true))).toMatchObject({
      status: 409,
      body: { code: 'REQUEST_CONFLICT' },
    });
    await expect.poll(() => queue.getWaitingCount(), { timeout: 120_000 }).toBe(1);
    await queue.drain(true);
    expect(await queue.getWaitingCount()).toBe(0);

    // A worker finds it when it starts, and listens for more.
    const worker = place.start(['worker']);
    await worker.said('"msg":"working"');
    await expect
      .poll(() => call(`/v1/notes/${accepted.body.id}`), { timeout: 60_000 })
      .toMatchObject({ status: 200, body: { status: 'fulfilled', requestNumber: 'N-1' } });

    // A plain producer sends another, three times; one more asks for a person.
    for (let times = 0; times < 3; times += 1) await queue.add('note.v1', note('N-2'));
    await queue.add('note.v1', note('N-3', true));
    await expect
      .poll(async () => (await call('/v1/notes?requestNumber=N-2')).body.items, { timeout: 60_000 })
      .toMatchObject([{ status: 'fulfilled' }]);
    await expect
      .poll(async () => (await call('/v1/holds')).body.items, { timeout: 60_000 })
      .toMatchObject([{ kind: 'note', reference: 'N-3', code: 'NOTE_ASKS' }]);
    const [hold] = (await call('/v1/holds')).body.items;
    expect(await call(`/v1/holds/${hold.id}/approve`, { reason: 'Looked at it.' })).toMatchObject({
      status: 200,
      body: { decision: 'approved', outcome: { status: 'fulfilled', requestNumber: 'N-3' } },
    });

    expect((await call('/v1/notes')).body.items).toMatchObject([
      { requestNumber: 'N-1', status: 'fulfilled' },
      { requestNumber: 'N-2', status: 'fulfilled' },
      { requestNumber: 'N-3', status: 'fulfilled' },
    ]);
    expect((await call('/v1/find?code=N-3')).body.items).toMatchObject([
      { what: 'message', kind: 'note', number: 'N-3' },
    ]);
    expect(
      await query('select count(*)::integer as decided from message where decided_number is not null'),
    ).toEqual([{ decided: 3 }]);
    // Every other part that serves all kinds knows it as well.
    const document = await call('/docs/json');
    expect(document).toMatchObject({ status: 200 });
    expect(Object.keys(document.body.paths)).toEqual(
      expect.arrayContaining(['/v1/notes', '/v1/notes/{id}', '/v1/notes/{id}/events']),
    );
    expect((await call(`/v1/notes/${accepted.body.id}/events`)).body.items).toMatchObject([
      { event: 'accepted' },
      { event: 'fulfilled' },
    ]);
    worker.signal('SIGTERM');
    api.signal('SIGTERM');
    expect((await worker.ended).code).toBe(0);
    expect((await api.ended).code).toBe(0);
  }, 240_000);
});

interface Site {
  readonly place: Place;
  readonly query: (sql: string) => Promise<readonly Record<string, unknown>[]>;
  readonly queue: ReturnType<ReturnType<typeof createQueueBackend>['openQueue']>;
}

/** @param runsRedis null: the queues live in PostgreSQL */
async function openSite(runsRedis: string | null): Promise<Site> {
  // A database of Redis's of its own: the product's prefix is always the same.
  const redisUrl = runsRedis === null ? null : `${runsRedis}/7`;
  const bare = await bareDatabase();
  onTestFinished(() => bare.drop());
  const place = await openPlace(
    {
      DATABASE_URL: bare.url,
      OPERATOR_API_KEY: operatorKey,
      ...(redisUrl !== null && { REDIS_URL: redisUrl }),
    },
    product.chancery,
  );
  onTestFinished(() => place.remove());
  const migrated = await place.run(['migrate']);
  expect(migrated.code, migrated.stderr).toBe(0);
  const database = openDatabase(bare.url);
  onTestFinished(() => database.close());
  const backend = createQueueBackend({
    redisUrl: redisUrl === null ? undefined : [redisUrl],
    databaseUrl: bare.url,
    onError: () => {},
  });
  const queue = backend.openQueue('notes');
  onTestFinished(async () => {
    await queue.obliterate({ force: true });
    await queue.close();
    await backend.close();
  });
  return { place, query: (sql) => statement(reading(database), sql), queue };
}
