import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startEmbeddedPostgres } from '#src/embedded-postgres/embedded-postgres.ts';
import { gone, isAlive, serverPid, watchersOf } from '#test/environment/server-process.ts';

const holder = fileURLToPath(new URL('embedded-holder.ts', import.meta.url));

/** A cluster that was stopped in order, to be copied: initdb takes longer than most cases. */
let seed = '';

beforeAll(async () => {
  seed = await mkdtemp(join(tmpdir(), 'chancery-test-'));
  const { stop } = await startEmbeddedPostgres({ directory: seed, log: () => {} });
  await stop();
  return () => rm(seed, { recursive: true, force: true });
});

/** With spaces, and private to the user of this process, as a home folder is. Not there yet. */
async function privateFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery test '));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o700);
  return join(folder, 'postgres');
}

async function usedFolder(): Promise<string> {
  const directory = await privateFolder();
  await promisify(execFile)('cp', ['-a', seed, directory]);
  return directory;
}

async function start(directory: string, port?: number) {
  const lines: string[] = [];
  const server = await startEmbeddedPostgres({ directory, port, log: (line) => lines.push(line) });
  onTestFinished(() => server.stop());
  return { ...server, lines };
}

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query({ text: statement, rowMode: 'array' });
    return rows.flat();
  } finally {
    await client.end();
  }
}

async function hold(directory: string, ending = 'stay') {
  const child = spawn(process.execPath, [holder, directory, ending], { stdio: ['ignore', 'pipe', 'pipe'] });
  const log = text(child.stderr);
  const ended = once(child, 'exit');
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const first = await Promise.race([
    once(child.stdout, 'data').then(String),
    ended.then(async () => Promise.reject(new Error(await log))),
  ]);
  return { child, ended, url: first.trim(), server: await serverPid(directory) };
}

describe('an embedded PostgreSQL', () => {
  test('is a server 18 with the database chancery, on loopback, and every write is safe on disk', async () => {
    const { url } = await start(await privateFolder());
    expect(new URL(url)).toMatchObject({
      hostname: '127.0.0.1',
      pathname: '/chancery',
      username: 'chancery',
    });
    expect(await query(url, "select current_setting('server_version_num')::int / 10000")).toEqual([18]);
    for (const [setting, value] of Object.entries({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      listen_addresses: '127.0.0.1',
      password_encryption: 'scram-sha-256',
      TimeZone: 'UTC',
    })) {
      expect(await query(url, `show ${setting}`), setting).toEqual([value]);
    }
  });

  test('lets nobody in without the password, which only its user can read', async () => {
    const directory = await privateFolder();
    const { url } = await start(directory);
    const other = new URL(url);
    other.password = 'password';
    await expect(query(other.href, 'select 1')).rejects.toThrow('password authentication failed');
    expect((await stat(join(directory, 'password'))).mode & 0o777).toBe(0o600);
  });

  test('finds its data again in the same folder', async () => {
    const directory = await usedFolder();
    const first = await start(directory);
    await query(first.url, 'create table kept as select 42 as answer');
    const pid = await serverPid(directory);
    await first.stop();
    await first.stop();
    expect(isAlive(pid)).toBe(false);

    const second = await start(directory);
    expect(await query(second.url, 'select answer from kept')).toEqual([42]);
  });

  test('can be told its port, and says so when that is taken', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void listener.close());
    await once(listener, 'listening');
    const address = listener.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const directory = await usedFolder();
    await expect(start(directory, port)).rejects.toThrow('Address already in use');
    listener.close();
    await once(listener, 'close');
    expect(new URL((await start(directory, port)).url).port).toBe(String(port));
  });

  test('refuses a second start in its folder, says who runs it, and goes on', async () => {
    const directory = await usedFolder();
    const { url } = await start(directory);
    await expect(start(directory)).rejects.toThrow(`is in use by process ${process.pid}`);
    await expect(hold(directory)).rejects.toThrow(`is in use by process ${process.pid}`);
    expect(await query(url, 'select 1')).toEqual([1]);
  });

  test('is made once when two first starts meet', async () => {
    const directory = await privateFolder();
    const starts = await Promise.allSettled([start(directory), start(directory)]);
    const won = starts.filter((result) => result.status === 'fulfilled');
    expect(won).toHaveLength(1);
    expect(await query(won[0]?.value.url ?? '', 'select 1')).toEqual([1]);
    expect(await readdir(directory)).not.toContainEqual(expect.stringContaining('cluster.new'));
  });
});

describe('when the process that started it', () => {
  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'is ended by %s, the server shuts down in order by itself',
    async (signal) => {
      const directory = await usedFolder();
      const { child, server } = await hold(directory);
      child.kill(signal);
      await gone(server);

      const { lines } = await start(directory);
      expect(lines.join('\n')).toContain('database system was shut down at');
      expect(lines.join('\n')).not.toContain('not properly shut down');
    },
  );

  test.each([
    ['forget', 0],
    ['exit', 7],
  ])(
    'ends by itself without stopping it (%s), the server is stopped and the exit code kept',
    async (way, code) => {
      const { ended, server } = await hold(await usedFolder(), way);
      expect(await ended).toEqual([code, null]);
      await gone(server);
    },
  );

  test('is killed, a start at the same moment waits for the orphan and takes over', async () => {
    const directory = await usedFolder();
    const { child, url, ended } = await hold(directory);
    await query(url, 'create table kept as select 42 as answer');
    child.kill('SIGKILL');
    await ended;
    expect(await query((await start(directory)).url, 'select answer from kept')).toEqual([42]);
  });

  test.runIf(process.platform === 'linux')(
    'is killed with the watcher, the next start stops the orphan',
    async () => {
      const directory = await usedFolder();
      const { child, server, url, ended } = await hold(directory);
      await query(url, 'create table kept as select 42 as answer');
      for (const watcher of await watchersOf(directory)) {
        process.kill(watcher, 'SIGKILL');
      }
      child.kill('SIGKILL');
      await ended;
      expect(isAlive(server)).toBe(true);

      const { url: next, lines } = await start(directory);
      expect(lines).toContain(`stopping PostgreSQL (process ${server}), whose starter is gone`);
      await gone(server);
      expect(await query(next, 'select answer from kept')).toEqual([42]);
    },
  );

  test('and the server are killed, the next start recovers what was committed', async () => {
    const directory = await usedFolder();
    const { child, server, url } = await hold(directory);
    await query(url, 'create table kept as select 42 as answer');
    process.kill(server, 'SIGKILL');
    child.kill('SIGKILL');
    await gone(server);
    const { url: next, lines } = await start(directory);
    expect(lines.join('\n')).toContain('not properly shut down');
    expect(await query(next, 'select answer from kept')).toEqual([42]);
  });
});

test('a postmaster.pid that names some other living process does not prevent a start', async () => {
  const directory = await usedFolder();
  const first = await start(directory);
  const file = join(directory, 'cluster', 'postmaster.pid');
  const content = await readFile(file, 'utf8');
  await first.stop();
  await writeFile(file, content.replace(/^\d+/, String(process.pid)));
  expect(await query((await start(directory)).url, 'select 1')).toEqual([1]);
});
