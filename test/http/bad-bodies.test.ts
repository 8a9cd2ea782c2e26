import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bearer, get, operatorKey, order } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';

let t: TestApp;
let key: string;

beforeAll(async () => {
  t = await openTestApp();
  key = await t.reseller('northwind');
});
afterAll(() => t.close());

describe('a body', () => {
  const send = (payload: string | Buffer, headers: object = { 'content-type': 'application/json' }) =>
    t.app.inject({
      method: 'POST',
      url: '/v1/upgrade-orders',
      payload,
      headers: { ...bearer(key), ...headers },
    });

  test.each(['{"seats":', '', 'seats=5', '{"a":1}}', '{"__proto__":{"x":1}}'])(
    'that is not JSON is 400: %s',
    async (text) => {
      const answer = await send(text);
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({
        code: 'MALFORMED_JSON',
        status: 400,
        title: expect.any(String),
        detail: expect.any(String),
      });
    },
  );

  test.each(['[]', 'null', '5', '"order"'])('that is no object is 400: %s', async (text) => {
    const answer = await send(text);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors).toEqual([{ path: '', message: 'the message must be a JSON object' }]);
  });

  test('of another media type is 415', async () => {
    expect((await send('a,b', { 'content-type': 'text/csv' })).json()).toMatchObject({
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
    });
    expect((await send('hello', { 'content-type': 'text/plain' })).statusCode).toBe(415);
  });

  test('that is not UTF-8 is refused: it would be kept for ever as something else', async () => {
    const body = JSON.stringify(order());
    const latin1 = Buffer.from(body.replace('ACME', 'Café'), 'latin1');
    expect(latin1).not.toEqual(Buffer.from(body, 'latin1'));
    expect((await send(latin1)).json()).toMatchObject({
      status: 400,
      code: 'MALFORMED_JSON',
      errors: [{ path: '', message: 'the message must be encoded as UTF-8' }],
    });
    for (const headers of [
      { 'content-type': 'application/json; charset=latin1' },
      { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    ])
      expect((await send(body, headers)).json()).toMatchObject({
        status: 415,
        code: 'UNSUPPORTED_MEDIA_TYPE',
      });
    expect((await send(body, { 'content-type': 'application/json; charset=UTF-8' })).statusCode).toBe(202);
  });

  test('with hundreds of faults tells a hundred of them, and no code in the name of a field', async () => {
    const code = 'OS-9K2M-4T7XW-Q8H3C-ZP5VN-6RJDA-BE2GY';
    const fields = Array.from({ length: 3000 }, (_, i) => [`field-${i}`, 1]);
    const answer = await send(JSON.stringify({ ...order(), [code]: 1, ...Object.fromEntries(fields) }));
    const { errors } = answer.json<{ errors: { path: string; message: string }[] }>();
    expect(errors).toHaveLength(101);
    expect(errors[0]?.path).toBe(`OS-…-${code.slice(-4)}`);
    expect(errors.at(-1)).toEqual({ path: '', message: 'and 2901 further faults' });
    expect(answer.body).not.toContain(code);
  });

  test('over 1 MiB is 413', async () => {
    const answer = await send(JSON.stringify(order({ suite: 'x'.repeat(1024 * 1024) })));
    expect(answer.json()).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
  });

  test('of 50 MB is refused over a real connection before it is read', async () => {
    const address = new URL(await t.app.listen({ port: 0, host: '127.0.0.1' }));
    const megabytes = 50;
    const before = process.memoryUsage().arrayBuffers;
    const { head, sent } = await new Promise<{ head: string; sent: number }>((resolve, reject) => {
      const socket = connect(Number(address.port), address.hostname);
      let head = '';
      socket.on('data', (data) => (head += data.toString('latin1')));
      // The server may close while we still send.
      socket.on('error', () => {});
      socket.on('close', () => resolve({ head, sent: socket.bytesWritten }));
      socket.setTimeout(10_000, () => reject(new Error('The server neither answered nor closed.')));
      socket.write(
        `POST /v1/upgrade-orders HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: ${megabytes * 1e6}\r\n\r\n`,
      );
      const chunk = Buffer.alloc(1e6, 0x20);
      const push = (left: number) => {
        if (left > 0 && socket.writable) socket.write(chunk, () => push(left - 1));
      };
      push(megabytes);
    });
    expect(head).toMatch(/^HTTP\/1\.1 413 /);
    expect(head).toContain('BODY_TOO_LARGE');
    expect(sent).toBeLessThan(megabytes * 1e6);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20e6);
  });
});

describe('addresses', () => {
  test('that do not exist are 404, other methods 405 with Allow, unreadable ones 400: each a problem', async () => {
    const missing = await get(t, key, '/v2/orders');
    expect(missing.json()).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
      type: expect.any(String),
      instance: expect.any(String),
    });
    const method = await t.app.inject({
      method: 'DELETE',
      url: '/v1/upgrade-orders/5',
      headers: bearer(key),
    });
    expect(method.json()).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    expect(method.headers.allow).toBe('GET, HEAD');
    const unreadable = await get(t, key, '/v1/upgrade-orders/%zz');
    expect(unreadable.statusCode).toBe(400);
    expect(unreadable.headers['content-type']).toContain('application/problem+json');
  });

  test.each([
    '/v1/accounts/%00/licenses',
    '/v1/certificates/%00',
    '/v1/find?code=%00',
    '/v1/upgrade-orders/%00',
    '/v1/upgrade-orders?orderNumber=%00',
    '/v1/upgrade-orders?cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk',
    '/v1/upgrade-orders?acceptedAfter=9999999-01-01T00:00:00Z',
    '/v1/certificates/LC-2026-0000001?version=99999999999',
    '/v1/holds?cursor=%F0%9F%8E%89',
  ])('with hostile parts are refused, never a fault of ours: %s', async (url) => {
    const answer = await get(t, operatorKey, url);
    expect([400, 404]).toContain(answer.statusCode);
  });
});
