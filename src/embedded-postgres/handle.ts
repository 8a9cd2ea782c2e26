import { open, realpath } from 'node:fs/promises';
import { canReach, type ServerAccount } from '#src/embedded-postgres/account.ts';
import { EmbeddedPostgresError } from '#src/embedded-postgres/embedded-postgres-error.ts';

/** A file or folder for a child process: the path to give it, and what to put at `stdio[childFd]`. */
export interface Reachable {
  readonly path: string;
  readonly fd: number;
  readonly close: () => Promise<void>;
}

/**
 * Opens `target` for a child that runs as `account`. Where that user cannot walk down to it, because a folder above
 * is private (a checkout under /root, a fresh temporary folder), the child reaches it through the descriptor that
 * it inherits: `/proc/self/fd/N` leads straight to what was opened, with only the target's own permissions checked.
 */
export async function openReachable(
  target: string,
  account: ServerAccount | null,
  childFd: number,
): Promise<Reachable> {
  const path = await realpath(target);
  const walkable = await canReach(account, path);
  if (!walkable && process.platform !== 'linux') {
    throw new EmbeddedPostgresError(
      `The user that PostgreSQL runs as (uid ${account?.uid}) cannot reach ${path}. Give a DATA_DIRECTORY outside ` +
        'of private folders, run as an ordinary user, or set DATABASE_URL.',
    );
  }
  const file = await open(path, 'r');
  return { path: walkable ? path : `/proc/self/fd/${childFd}`, fd: file.fd, close: () => file.close() };
}
