import { execFile, spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bearer } from '#test/http/requests.ts';
import { listening, openTestApp, type TestApp } from '#test/http/test-app.ts';

let t: TestApp;
let url: string;
let key: string;

beforeAll(async () => {
  t = await openTestApp({ bodyWithinMs: 1500 });
  url = await listening(t);
  key = await t.reseller('northwind');
});
afterAll(() => t.close());

const size = 20 * 1024 * 1024;
const json = { 'content-type': 'application/json' };

describe('a body of 20 MB is answered 413', () => {
  test.each([
    ['of known length', () => 'x'.repeat(size)],
    [
      'in pieces',
      () =>
        new ReadableStream({
          start(controller) {
            for (let i = 0; i < 20; i += 1) controller.enqueue(new Uint8Array(size / 20).fill(0x20));
            controller.close();
          },
        }),
    ],
  ])('to Node’s fetch, 20 times of 20, %s', { timeout: 600_000 }, async (_, body) => {
    for (let i = 0; i < 20; i += 1) {
      const answer = await fetch(`${url}/v1/upgrade-orders`, {
        method: 'POST',
        headers: { ...bearer(key), ...json },
        body: body(),
        duplex: 'half',
      });
      expect([answer.status, await answer.json()]).toMatchObject([413, { code: 'BODY_TOO_LARGE' }]);
    }
  });

  const python = `
import http.client, sys
statuses = []
for i in range(20):
    connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=30)
    connection.request("POST", "/v1/upgrade-orders", b"x" * ${size}, {"authorization": "Bearer " + sys.argv[2], "content-type": "application/json"})
    statuses.append(connection.getresponse().status)
print(statuses)`;
  const hasPython = spawnSync('python3', ['--version']).error === undefined;
  test.skipIf(!hasPython)(
    `to Python’s http.client, 20 times of 20${hasPython ? '' : ' (skipped: no python3 on the PATH)'}`,
    { timeout: 600_000 },
    async () => {
      const { stdout } = await run('python3', ['-c', python, new URL(url).port, key]);
      expect(JSON.parse(stdout)).toEqual(Array.from({ length: 20 }, () => 413));
    },
  );

  const hasCurl = spawnSync('curl', ['--version']).error === undefined;
  test.skipIf(!hasCurl)(
    `to curl${hasCurl ? '' : ' (skipped: no curl on the PATH)'}`,
    { timeout: 600_000 },
    async () => {
      const headers = ['-H', `authorization: Bearer ${key}`, '-H', 'content-type: application/json'];
      const file = ['--data-binary', `@${process.execPath}`];
      const { stdout } = await run('curl', [
        '-sS',
        '-w',
        '\n%{http_code}',
        ...headers,
        ...file,
        `${url}/v1/upgrade-orders`,
      ]);
      expect(stdout).toMatch(/BODY_TOO_LARGE[\s\S]*\n413$/);
    },
  );
});

describe('a body that does not come to an end', { timeout: 60_000 }, () => {
  test('is answered 408, and its connection ends', async () => {
    const said = await trickle(`authorization: Bearer ${key}\r\n`);
    expect(said).toMatch(/^HTTP\/1.1 408 [\s\S]*"REQUEST_TIMEOUT"/);
    expect(said).not.toContain('database');
  });

  test('holds no connection without a key either', async () => {
    expect(await trickle('')).toMatch(/^HTTP\/1.1 401 /);
  });

  test('nor do headers', async () => {
    expect(await trickle(undefined)).toMatch(/^HTTP\/1.1 408 [\s\S]*"REQUEST_TIMEOUT"/);
  });
});

test('what is no HTTP is answered as a problem', async () => {
  expect(await exchanged('NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1.1 400 Bad Request[\s\S]*"MALFORMED_REQUEST"/);
  const headers = `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`;
  expect(await exchanged(headers)).toMatch(/^HTTP\/1.1 431 [\s\S]*"HEADERS_TOO_LARGE"/);
});

/** Sends a byte now and then until the server ends it. @param header undefined: not even the headers end */
function trickle(header: string | undefined): Promise<string> {
  const head = `POST /v1/upgrade-orders HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n`;
  return exchanged(header === undefined ? head : `${head}${header}\r\n`, header === undefined ? 'x' : ' ');
}

function exchanged(text: string, further?: string): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    const timer = further === undefined ? undefined : setInterval(() => socket.write(further), 200);
    socket.on('data', (data) => (said += data.toString()));
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(timer);
      resolve(said);
    });
  });
}

function run(command: string, args: readonly string[]): Promise<{ readonly stdout: string }> {
  return new Promise((resolve, reject) => {
    execFile(command, args, (error, stdout) => (error ? reject(error) : resolve({ stdout })));
  });
}
