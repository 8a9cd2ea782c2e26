import type { LookupAddress } from 'node:dns';
import { createServer } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { generate } from 'selfsigned';
import { describe, expect, onTestFinished, test } from 'vitest';
import { networks } from '#src/mechanisms/networks.ts';
import { addressRule } from '#src/webhooks/addresses.ts';
import type { Lookup } from '#src/webhooks/guarded-connect.ts';
import { createWebhookSender, type SenderOptions, type Sent } from '#src/webhooks/sender.ts';
import { openReceiver, type Receiver, type ReceiverOptions } from '#test/webhooks/receiver.ts';

const strict = addressRule(networks([]), false);
const local = addressRule(networks(['127.0.0.0/8', '::1']), true);

function send(url: string, options: Partial<SenderOptions> = {}): Promise<Sent> {
  const sender = createWebhookSender({ rule: local, ...options });
  onTestFinished(() => sender.close());
  return sender.send({ url, headers: { 'webhook-id': 'e1' }, body: '{"type":"x"}' });
}

async function receiving(options: ReceiverOptions = {}): Promise<Receiver> {
  const receiver = await openReceiver(options);
  onTestFinished(() => receiver.close());
  return receiver;
}

/** A name server's answers, one after the other; the last for ever. */
function answering(...answers: readonly (readonly string[])[]): Lookup & { readonly asked: () => number } {
  let asked = 0;
  const lookup: Lookup = (_, __, callback) => {
    const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    const found = addresses.map((address): LookupAddress => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    setImmediate(() => callback(null, found));
  };
  return Object.assign(lookup, { asked: () => asked });
}

test('a server gets the body and the headers, and its answer is told', async () => {
  const receiver = await receiving({ answer: (_, response) => response.writeHead(202).end('taken') });
  const sent = await send(receiver.url);
  expect(sent).toMatchObject({ status: 202, error: null, answer: 'taken' });
  expect(receiver.received).toMatchObject([
    {
      body: '{"type":"x"}',
      headers: { 'webhook-id': 'e1', 'content-type': 'application/json' },
      path: '/hooks',
    },
  ]);
});

test('connections are used again', async () => {
  const ports = new Set<unknown>();
  const receiver = await receiving({
    answer: (_, response) => {
      ports.add(response.socket?.remotePort);
      response.writeHead(200).end('ok');
    },
  });
  const sender = createWebhookSender({ rule: local });
  onTestFinished(() => sender.close());
  for (let i = 0; i < 5; i += 1) await sender.send({ url: receiver.url, headers: {}, body: '{}' });
  expect(receiver.received).toHaveLength(5);
  expect(ports.size).toBeLessThan(5);
});

describe('a server on a private address stands there and hears nothing', () => {
  const spellings = [
    '127.0.0.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
  ];
  test.each(spellings)('spelled %s', async (host) => {
    const receiver = await receiving();
    const sent = await send(`http://${host}:${receiver.port}/`, { rule: strict });
    expect(sent).toMatchObject({ status: null, error: expect.stringContaining('Not connected') });
    expect(receiver.received).toEqual([]);
    // It does hear when it may.
    expect((await send(`http://${host}:${receiver.port}/`)).status).toBe(204);
  });

  test('by localhost, as this system looks it up', async () => {
    const receiver = await receiving();
    const sent = await send(`https://localhost:${receiver.port}/`, { rule: strict });
    expect(sent.error).toBe('Not connected: localhost leads to an address, which is not a public address.');
    expect(receiver.received).toEqual([]);
  });

  test('on IPv6', async (context) => {
    const receiver = await openReceiver({ host: '::1' }).catch(() => undefined);
    if (!receiver) return context.skip('there is no IPv6 here');
    onTestFinished(() => receiver.close());
    expect((await send(receiver.url, { rule: strict })).error).toMatch(/^Not connected: ::1/);
    expect(receiver.received).toEqual([]);
    expect((await send(receiver.url)).status).toBe(204);
  });

  test('when a name that was public at first is not at the second look', async () => {
    const receiver = await receiving();
    // What was asked and judged first, say when the endpoint was made, and what the connection would get.
    const lookup = answering(['203.0.114.7'], ['127.0.0.1']);
    await new Promise<void>((resolve) =>
      lookup('rebinding.example', { all: true }, (_, [first]) => {
        expect(strict.refusal(first?.address ?? '', 'https:')).toBeUndefined();
        resolve();
      }),
    );
    const sent = await send(`https://rebinding.example:${receiver.port}/`, { rule: strict, lookup });
    expect(sent.error).toBe(
      'Not connected: rebinding.example leads to an address, which is not a public address.',
    );
    expect(lookup.asked()).toBe(2);
    expect(receiver.received).toEqual([]);
  });

  test('and each connection asks once: what was judged is what is connected to', async () => {
    const receiver = await receiving({
      answer: (_, response) => response.writeHead(200, { connection: 'close' }).end(),
    });
    // Permitted first, then not: the first attempt must use the answer that was judged, the second must not connect.
    const lookup = answering(['127.0.0.1'], ['127.9.9.9', '10.0.0.1']);
    const rule = addressRule(networks(['127.0.0.1']), true);
    const sender = createWebhookSender({ rule, lookup });
    onTestFinished(() => sender.close());
    const attempt = () =>
      sender.send({ url: `http://rebinding.example:${receiver.port}/`, headers: {}, body: '{}' });
    expect((await attempt()).status).toBe(200);
    expect(lookup.asked()).toBe(1);
    expect((await attempt()).error).toMatch(/^Not connected/);
    expect(receiver.received).toHaveLength(1);
  });

  test('of several addresses of a name only those that may be', async () => {
    const receiver = await receiving();
    const rule = addressRule(networks(['127.0.0.1']), true);
    const lookup = answering(['10.255.255.1', '127.0.0.1']);
    expect((await send(`http://two.example:${receiver.port}/`, { rule, lookup })).status).toBe(204);
  });

  test('by a redirect, which is a failure', async () => {
    const inside = await receiving();
    for (const status of [301, 302, 303, 307, 308]) {
      const outside = await receiving({
        answer: (_, response) => response.writeHead(status, { location: inside.url }).end(),
      });
      const sent = await send(outside.url);
      expect(sent).toMatchObject({ status, error: expect.stringContaining('not followed') });
    }
    expect(inside.received).toEqual([]);
  });
});

describe('what does not behave', () => {
  test('an endless body is cut off after 2,048 bytes', async () => {
    let closed = false;
    const receiver = await receiving({
      answer: (_, response) => {
        response.writeHead(500);
        const pouring = setInterval(() => response.write('x'.repeat(10_000)), 1);
        response.on('close', () => {
          closed = true;
          clearInterval(pouring);
        });
      },
    });
    const sent = await send(receiver.url);
    expect(sent).toMatchObject({ status: 500, error: 'The receiver answered 500.' });
    expect(sent.answer).toHaveLength(2048);
    await expect.poll(() => closed, { timeout: 10_000 }).toBe(true);
  });

  test('an answer that never comes ends after the time limit', async () => {
    const receiver = await receiving({ answer: () => {} });
    const sent = await send(receiver.url, { withinMs: 300 });
    expect(sent).toMatchObject({ status: null, error: 'No answer within 0.3 s.', answer: null });
    expect(receiver.received).toHaveLength(1);
  });

  test('of a body that never ends the beginning is kept', async () => {
    const receiver = await receiving({
      answer: (_, response) => {
        response.writeHead(503, { 'retry-after': '120' });
        response.write('try later');
      },
    });
    const sent = await send(receiver.url, { withinMs: 300 });
    expect(sent).toMatchObject({ status: 503, answer: 'try later', retryAfterSeconds: 120 });
  });

  test.each([
    ['headers that never end', 'HTTP/1.1 200 OK\r\nx: ', 'No answer'],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'The answer is no HTTP'],
    ['nothing at all', '', 'No answer'],
  ])('%s', async (_, text, error) => {
    const server = createServer((socket) => socket.on('error', () => {}).write(text));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const sent = await send(`http://127.0.0.1:${port}/`, { withinMs: 1000 });
    expect(sent).toMatchObject({ status: null, error: expect.stringContaining(error) });
  });

  test('a port where nobody is, and a name that nobody has', async () => {
    const gone = await openReceiver();
    await gone.close();
    expect((await send(gone.url)).error).toBe('The connection was refused.');
    const lookup: Lookup = (_, __, callback) =>
      callback(Object.assign(new Error('x'), { code: 'ENOTFOUND' }), []);
    expect((await send('https://nobody.invalid/', { lookup })).error).toBe('The host’s name is not known.');
  });

  test('bytes that are no UTF-8, and NUL', async () => {
    const receiver = await receiving({
      answer: (_, response) => response.writeHead(400).end(Buffer.from([65, 0, 0xff, 66])),
    });
    expect((await send(receiver.url)).answer).toBe('A\uFFFD\uFFFDB');
  });
});

test('TLS must match: a certificate of nobody known, and one of another name, are failures', async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'hooks.example' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'hooks.example' }] }],
  });
  const receiver = await receiving({ tls: { key, cert } });
  const lookup = answering(['127.0.0.1']);
  const attempt = (host: string) => send(`https://${host}:${receiver.port}/`, { lookup });
  expect((await attempt('hooks.example')).error).toMatch(/^TLS failed: self.signed/);
  expect(receiver.received).toEqual([]);
  const usual = getCACertificates('default');
  setDefaultCACertificates([...usual, cert]);
  onTestFinished(() => setDefaultCACertificates(usual));
  expect((await attempt('other.example')).error).toMatch(/^TLS failed: .*does not match/);
  expect(receiver.received).toEqual([]);
  expect(await attempt('hooks.example')).toMatchObject({ status: 204, error: null });
});
