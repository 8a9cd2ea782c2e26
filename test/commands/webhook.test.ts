import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { deliverySchema } from '#src/http/webhooks/delivery-schema.ts';
import { openPlace, type Place } from '#test/commands/run-chancery.ts';
import { freshDatabase, type FreshDatabase } from '#test/environment/database.ts';
import { openReceiver } from '#test/webhooks/receiver.ts';

/** A command takes a second or two; on a busy machine, several. */
const commandsMs = 600_000;

let database: FreshDatabase;
let place: Place;
beforeAll(async () => {
  database = await freshDatabase();
  place = await openPlace({ DATABASE_URL: database.url, WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8' });
});
afterAll(async () => {
  await place.remove();
  await database.drop();
});

describe('webhooks', { timeout: commandsMs }, () => {
  test('are added, tried out, rotated, disabled and listed', async () => {
    let status = 204;
    const receiver = await openReceiver({ answer: (_, response) => response.writeHead(status).end() });
    onTestFinished(() => receiver.close());
    await place.run(['reseller', 'add', 'northwind']);
    const added = await place.json(['webhook', 'add', receiver.url, '--reseller', 'northwind', '--json']);
    expect(added).toMatchObject({ url: receiver.url, reseller: 'northwind', types: [], enabled: true });
    const { id, secret } = idAndSecret(added);
    const tried = await place.run(['webhook', 'test', id]);
    expect([tried.code, tried.stdout]).toEqual([0, expect.stringMatching(/took it, with 204 after \d+ ms/)]);
    const [got] = receiver.received;
    expect(new Webhook(secret).verify(got?.body ?? '', { ...got?.headers })).toMatchObject({
      type: 'webhook.test',
      data: { endpoint: id },
    });
    status = 500;
    const failed = await place.run(['webhook', 'test', id]);
    expect([failed.code, failed.stdout]).toEqual([1, expect.stringContaining('The receiver answered 500.')]);
    const shown = await place.run(['webhook', 'test', id, '--json']);
    // As over HTTP.
    expect(deliverySchema.strict().parse(JSON.parse(shown.stdout))).toMatchObject({ state: 'pending' });
    const rotated = idAndSecret(await place.json(['webhook', 'rotate', id, '--json']));
    expect(rotated.secret).not.toBe(secret);
    const disabled = await place.run(['webhook', 'disable', id, '--reason', 'moved']);
    expect([disabled.code, disabled.stdout]).toEqual([0, expect.stringContaining('told nothing more')]);
    expect((await place.run(['webhook', 'test', id])).stderr).toContain(`"chancery webhook enable ${id}"`);
    const { stdout } = await place.run(['webhook', 'list']);
    expect(stdout).toContain(id);
    expect(stdout).not.toContain('whsec_');
    expect(await place.json(['webhook', 'list', '--reseller', 'northwind', '--json'])).toMatchObject([
      { id, enabled: false, disabledBecause: 'BY_OWNER' },
    ]);
    expect(await place.json(['webhook', 'enable', id, '--json'])).toMatchObject({ id, enabled: true });
  });

  test.each([
    [['webhook', 'add', 'http://8.8.8.8/'], 2, 'takes https'],
    [['webhook', 'add', 'https://10.0.0.1/'], 2, 'not a public address'],
    [['webhook', 'add', 'https://user:word@example.com/'], 2, 'user or password'],
    [['webhook', 'add', 'https://example.com/', '--types', 'order.done'], 2, 'no type of event "order.done"'],
    [['webhook', 'add', 'https://example.com/', '--reseller', 'nobody'], 1, 'no reseller "nobody"'],
    [['webhook', 'test', 'x'], 1, 'no endpoint "x"'],
    [['webhook', 'rotate', '0199c0de-0000-7000-8000-000000000004'], 1, 'no endpoint'],
  ])('%j is refused with a sentence', async (argv, code, sentence) => {
    const refused = await place.run(argv);
    expect([refused.code, refused.stdout]).toEqual([code, '']);
    expect(refused.stderr.replaceAll(/\s+/g, ' ')).toContain(sentence);
    expect(refused.stderr).not.toContain('user:word');
  });
});

function idAndSecret(value: unknown): { readonly id: string; readonly secret: string } {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('secret' in value))
    throw new Error(`No endpoint: ${JSON.stringify(value)}`);
  return { id: String(value.id), secret: String(value.secret) };
}
