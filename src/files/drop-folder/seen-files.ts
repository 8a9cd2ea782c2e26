import { constants, lstat, open } from 'node:fs/promises';
import { hasCode, isGone } from '#src/files/drop-folder/names.ts';

/** What is seen of a file from outside: as long as it stays the same, nobody seems to write. */
export interface Seen {
  readonly size: bigint;
  /** As the file server's clock says it, which may be any: it is compared with itself alone. */
  readonly changedAt: bigint;
}

/** What lies under a name: a file, something else, or nothing. */
export type Sight = Seen | 'no file' | 'gone';

/** Looks at a file itself, never through a link. */
export async function lookAt(path: string): Promise<Sight> {
  try {
    const found = await lstat(path, { bigint: true });
    if (!found.isFile()) return 'no file';
    // A network mount remembers what it was told last; opening a file lets it ask the server.
    const { size, mtimeNs } = await throughOpening(path, found);
    return { size, changedAt: mtimeNs };
  } catch (error) {
    if (isGone(error)) return 'gone';
    if (hasCode(error, 'ELOOP', 'EMLINK')) return 'no file';
    throw error;
  }
}

interface Stated {
  readonly size: bigint;
  readonly mtimeNs: bigint;
}

async function throughOpening(path: string, found: Stated): Promise<Stated> {
  let handle;
  try {
    handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    // It is refused when it is read.
    if (hasCode(error, 'EACCES', 'EPERM')) return found;
    throw error;
  }
  try {
    return await handle.stat({ bigint: true });
  } finally {
    await handle.close();
  }
}

export function isSame(one: Sight, other: Sight): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  return one.size === other.size && one.changedAt === other.changedAt;
}

/** Remembers how files looked, and since when, by a clock of its own that nothing sets. */
export class SeenFiles {
  #files = new Map<string, { readonly sight: Sight; readonly since: number }>();
  #next = new Map<string, { readonly sight: Sight; readonly since: number }>();

  /** @returns for how many milliseconds it has looked like that */
  unchangedFor(path: string, sight: Sight, now: number = performance.now()): number {
    const before = this.#files.get(path);
    const since = before && isSame(before.sight, sight) ? before.since : now;
    this.#next.set(path, { sight, since });
    return now - since;
  }

  /** Forgets what the look that ends here has not seen. */
  endLook(): void {
    this.#files = this.#next;
    this.#next = new Map();
  }
}
