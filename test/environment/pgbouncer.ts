import { execFileSync, spawn } from 'node:child_process';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { serverAccount } from '#src/embedded-postgres/account.ts';
import { freePort } from '#test/environment/free-port.ts';

/** Why there is no PgBouncer here; null when there is one. */
export const pgbouncerAbsence = isInstalled() ? null : 'no pgbouncer on the PATH';

function isInstalled(): boolean {
  try {
    execFileSync('pgbouncer', ['--version'], {
      env: { PATH: `${process.env['PATH']}:/usr/sbin` },
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

export interface Pooler {
  /** Of the same database, through the pooler. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** PgBouncer before the database at `url`: as it comes, or with more settings, each a line. */
export async function startPgBouncer(
  url: string,
  poolMode: 'session' | 'transaction',
  more: readonly string[] = [],
): Promise<Pooler> {
  const { hostname, port, username, password } = new URL(url);
  const folder = await mkdtemp(join(tmpdir(), 'chancery-pgbouncer-'));
  const account = await serverAccount(join(folder, 'none'), () => {});
  const listening = await freePort();
  const settings = join(folder, 'pgbouncer.ini');
  await writeFile(
    settings,
    `[databases]
* = host=${hostname} port=${port} user=${username} password='${decodeURIComponent(password)}'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listening}
auth_type = any
pool_mode = ${poolMode}
default_pool_size = 40
unix_socket_dir =
${more.join('\n')}
`,
  );
  if (account) {
    await chown(folder, account.uid, account.gid);
    await chown(settings, account.uid, account.gid);
  }
  const child = spawn('pgbouncer', [settings], {
    ...account,
    cwd: '/',
    env: { PATH: `${process.env['PATH']}:/usr/sbin` },
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await untilOpen(listening);
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String(listening);
  return {
    url: through.href,
    stop: async () => {
      child.kill('SIGINT');
      const urging = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(urging);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilOpen(port: number): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(socket.destroy() !== undefined));
      socket.once('error', () => resolve(false));
    });
    if (isOpen) return;
    await delay(100);
  }
  throw new Error('PgBouncer did not start.');
}
