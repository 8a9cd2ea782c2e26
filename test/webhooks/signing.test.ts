import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { createSealing } from '#src/webhooks/sealing.ts';
import { makeSecret, secretBytes } from '#src/webhooks/secret.ts';
import { signatureHeaders } from '#src/webhooks/sign.ts';

const body = JSON.stringify({ type: 'upgrade_order.fulfilled', data: { company: 'Grüße 株式会社' } });
const sign = (secrets: readonly string[], at = new Date()) =>
  signatureHeaders({ id: '0199c0de-0000-7000-8000-000000000001', at, body }, secrets);

describe('the reference library', () => {
  test('verifies what we sign, and nothing else', () => {
    const [secret, other] = [makeSecret(), makeSecret()];
    const headers = sign([secret]);
    expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    expect(() => new Webhook(other).verify(body, headers)).toThrow('No matching signature');
    expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow('No matching signature');
    expect(() => new Webhook(secret).verify(body, { ...headers, 'webhook-id': 'another' })).toThrow(
      'No matching signature',
    );
    const old = sign([secret], new Date(Date.now() - 6 * 60_000));
    expect(() => new Webhook(secret).verify(body, old)).toThrow('too old');
  });

  test('signs the same', () => {
    const secret = makeSecret();
    const at = new Date();
    const theirs = new Webhook(secret).sign('0199c0de-0000-7000-8000-000000000001', at, body);
    expect(sign([secret], at)['webhook-signature']).toBe(theirs);
  });

  test('verifies with either of two secrets', () => {
    const [fresh, old] = [makeSecret(), makeSecret()];
    const headers = sign([fresh, old]);
    expect(headers['webhook-signature']).toMatch(/^v1,\S{44} v1,\S{44}$/);
    for (const secret of [fresh, old])
      expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
  });
});

const hasPython = spawnSync('python3', ['--version']).error === undefined;

describe.skipIf(!hasPython)('in another language (python3, by the sentences of the specification)', () => {
  test('the signature is the same', () => {
    const secret = makeSecret();
    const headers = sign([secret]);
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const program = `import base64, hashlib, hmac, sys
key = base64.b64decode(sys.argv[1].removeprefix('whsec_'))
print('v1,' + base64.b64encode(hmac.new(key, sys.argv[2].encode(), hashlib.sha256).digest()).decode())`;
    const { stdout } = spawnSync('python3', ['-c', program, secret, signed], { encoding: 'utf8' });
    expect(stdout.trim()).toBe(headers['webhook-signature']);
  });
});

test('a secret has 24 to 64 bytes, in base64 that is whole', () => {
  const of = (bytes: number) => `whsec_${randomBytes(bytes).toString('base64')}`;
  for (const bytes of [24, 32, 64]) expect(secretBytes(of(bytes))).toHaveLength(bytes);
  for (const bytes of [0, 23, 65]) expect(secretBytes(of(bytes))).toBeUndefined();
  const good = of(32);
  for (const bad of [
    good.slice(6),
    `${good} `,
    good.replace('whsec_', 'WHSEC_'),
    `${good}!`,
    good.slice(0, -1),
  ])
    expect(secretBytes(bad)).toBeUndefined();
  expect(secretBytes(makeSecret())).toHaveLength(32);
  expect(() => sign([of(8)])).toThrow('is none');
});

describe('sealing', () => {
  const [first, second] = [randomBytes(32), randomBytes(32)];

  test('keeps a secret from whoever has not the key, and binds it to its row', () => {
    const secret = makeSecret();
    const sealing = createSealing([first]);
    const sealed = sealing.seal(secret, 'endpoint 1');
    expect(sealed.toString('latin1')).not.toContain(secret.slice(6, 20));
    expect(sealing.open(sealed, 'endpoint 1')).toBe(secret);
    expect(sealing.open(sealed, 'endpoint 2')).toBeUndefined();
    expect(createSealing([second]).open(sealed, 'endpoint 1')).toBeUndefined();
    const altered = Buffer.from(sealed);
    altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
    expect(sealing.open(altered, 'endpoint 1')).toBeUndefined();
    expect(sealing.open(sealed.subarray(0, 10), 'endpoint 1')).toBeUndefined();
  });

  test('opens what an older key sealed', () => {
    const sealed = createSealing([first]).seal('whsec_x', 'endpoint 1');
    expect(createSealing([second, first]).open(sealed, 'endpoint 1')).toBe('whsec_x');
  });
});
