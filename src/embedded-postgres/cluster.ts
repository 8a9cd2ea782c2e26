import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerAccount } from '#src/embedded-postgres/account.ts';
import { EmbeddedPostgresError } from '#src/embedded-postgres/embedded-postgres-error.ts';
import { openReachable } from '#src/embedded-postgres/handle.ts';

/** The name of the only user of the server, and of its database. */
export const embeddedName = 'chancery';

const unfinishedPrefix = 'cluster.new-';

/**
 * Makes `directory/cluster` unless it is there. It appears whole or not at all: initdb works beside it, and a
 * rename ends it, so that a start that was cut off, or a second one at the same time, leaves nothing half made.
 */
export async function ensureCluster(
  directory: string,
  initdb: string,
  account: ServerAccount | null,
): Promise<{ readonly cluster: string; readonly password: string }> {
  const cluster = join(directory, 'cluster');
  const there = await stat(join(cluster, 'PG_VERSION')).catch(() => null);
  if (there !== null) {
    return { cluster, password: await keptPassword(directory) };
  }
  const password = await makePassword(directory, account);
  const unfinished = await mkdtemp(join(directory, unfinishedPrefix));
  try {
    if (account !== null) {
      await chown(unfinished, account.uid, account.gid);
    }
    await runInitdb(initdb, unfinished, join(directory, 'password'), account);
    await rename(unfinished, cluster);
    await syncFolder(directory);
  } catch (cause) {
    await rm(unfinished, { recursive: true, force: true });
    throw new EmbeddedPostgresError(
      `Could not make a PostgreSQL cluster in ${directory}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  return { cluster, password };
}

/** What a start that was killed in the middle of initdb left behind. Only for one whose own server runs already. */
export async function removeUnfinishedClusters(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (name.startsWith(unfinishedPrefix)) {
      await rm(join(directory, name), { recursive: true, force: true });
    }
  }
}

async function keptPassword(directory: string): Promise<string> {
  const file = join(directory, 'password');
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `Cannot read ${file}, which holds the password of the PostgreSQL cluster beside it. Restore the file, or ` +
        'start with another DATA_DIRECTORY.',
      { cause },
    );
  }
}

/** Keeps a password that is there already: a simultaneous first start may be using it. */
async function makePassword(directory: string, account: ServerAccount | null): Promise<string> {
  const file = join(directory, 'password');
  try {
    // The server's user reads it once, for initdb.
    await writeFile(file, `${randomBytes(24).toString('base64url')}\n`, {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    });
    if (account !== null) {
      await chown(file, account.uid, account.gid);
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
      throw error;
    }
  }
  return keptPassword(directory);
}

async function runInitdb(
  initdb: string,
  target: string,
  passwordFile: string,
  account: ServerAccount | null,
): Promise<void> {
  const data = await openReachable(target, account, 3);
  const password = await openReachable(passwordFile, account, 4);
  try {
    const child = spawn(
      initdb,
      [
        `--pgdata=${data.path}`,
        `--username=${embeddedName}`,
        `--pwfile=${password.path}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // PostgreSQL's own collation sorts alike on every system and survives an update of the C library.
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
      ],
      {
        ...account,
        cwd: '/',
        env: serverEnvironment,
        stdio: ['ignore', 'pipe', 'pipe', data.fd, password.fd],
      },
    );
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) =>
        code === 0 ? resolve() : reject(new Error(`initdb ended with ${code ?? signal}\n${output.trim()}`)),
      );
    });
  } finally {
    await data.close();
    await password.close();
  }
}

/** A fixed environment: PGDATA, PGPORT, locale or library paths of the caller must not reach the server. */
export const serverEnvironment = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

async function syncFolder(directory: string): Promise<void> {
  const folder = await open(directory, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
