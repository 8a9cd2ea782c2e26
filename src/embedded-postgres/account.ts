import { execFile } from 'node:child_process';
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from '#src/embedded-postgres/embedded-postgres-error.ts';

const run = promisify(execFile);

/** The user that the server runs as when that is not the user of this process. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root. An ordinary user runs it as itself (null); root runs an existing cluster as
 * its owner and a new one as the system's user `postgres`, which is made when it is missing.
 */
export async function serverAccount(
  cluster: string,
  log: (line: string) => void,
): Promise<ServerAccount | null> {
  if (process.getuid === undefined) {
    throw new EmbeddedPostgresError(
      'The embedded PostgreSQL runs on Linux and macOS only. Set DATABASE_URL to a PostgreSQL server.',
    );
  }
  const owner = await stat(cluster).catch(() => null);
  if (process.getuid() !== 0) {
    if (owner !== null && owner.uid !== process.getuid()) {
      throw new EmbeddedPostgresError(
        `${cluster} belongs to another user (uid ${owner.uid}). Run as that user, or give another DATA_DIRECTORY.`,
      );
    }
    return null;
  }
  if (owner !== null && owner.uid !== 0) {
    return { uid: owner.uid, gid: owner.gid };
  }
  return (await postgresUser()) ?? (await makePostgresUser(log));
}

/** Whether the account may enter every folder above `path` and read `path` itself (and enter it, if a folder). */
export async function canReach(account: ServerAccount | null, path: string): Promise<boolean> {
  if (account === null) {
    return true;
  }
  const target = await stat(path);
  if (!allows(target, account, target.isDirectory() ? 0o5 : 0o4)) {
    return false;
  }
  for (let step = path; step !== dirname(step);) {
    step = dirname(step);
    if (!allows(await stat(step), account, 0o1)) {
      return false;
    }
  }
  return true;
}

function allows(file: Stats, account: ServerAccount, needed: number): boolean {
  const shift = file.uid === account.uid ? 6 : file.gid === account.gid ? 3 : 0;
  return ((file.mode >> shift) & needed) === needed;
}

async function postgresUser(): Promise<ServerAccount | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null;
  }
}

async function makePostgresUser(log: (line: string) => void): Promise<ServerAccount> {
  const command = [
    'useradd',
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    'postgres',
  ];
  const failure = await run(command[0] ?? '', command.slice(1)).then(
    () => null,
    (cause: unknown) => cause,
  );
  const made = await postgresUser();
  if (made === null) {
    throw new EmbeddedPostgresError(
      'PostgreSQL does not run as root, and there is no user named postgres to run it as. Run Chancery as an ' +
        `ordinary user, or make that user (${command.join(' ')}), or set DATABASE_URL.`,
      { cause: failure },
    );
  }
  log('made the system user postgres, since PostgreSQL does not run as root');
  return made;
}
