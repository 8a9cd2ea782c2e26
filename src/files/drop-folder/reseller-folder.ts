import type { Dirent } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isGone, isTaken, markerOf, places } from '#src/files/drop-folder/names.ts';
import { lookAt, type SeenFiles } from '#src/files/drop-folder/seen-files.ts';
import type { Candidate } from '#src/files/drop-folder/take-file.ts';

/** A file in `in` that will not be taken, and why: completes a sentence that begins with its name. */
export interface LeftAlone {
  readonly name: string;
  readonly why: string;
}

export interface ResellerFolder {
  /** What may be taken: first what lies in `work`, then the oldest. */
  readonly candidates: readonly Candidate[];
  readonly leftAlone: readonly LeftAlone[];
}

/** Makes what is missing of a reseller's folders. @throws when one is there and no folder, or cannot be made */
export async function makeFolders(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const fault = await faultOfFolders(folder);
  if (fault !== undefined) throw new Error(fault);
  const there = await readdir(folder);
  for (const place of places)
    if (!there.includes(place)) await mkdir(join(folder, place), { recursive: true });
}

/** A sentence when one of a reseller's folders is a file or a link: who may write into his own must not lead us into another's. */
export async function faultOfFolders(folder: string): Promise<string | undefined> {
  let entries: readonly Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
  const wrong = entries.find(
    (entry) => places.some((place) => place === entry.name) && (entry.isSymbolicLink() || entry.isFile()),
  );
  if (!wrong) return undefined;
  return `${join(folder, wrong.name)} is a ${wrong.isFile() ? 'file' : 'link'}, and must be a folder`;
}

/**
 * Looks at a reseller's folder, and removes markers whose file was taken long ago: a later file of that name is not whole because of
 * them.
 * @param restMs how long a file must not have changed
 */
export async function lookInto(folder: string, seen: SeenFiles, restMs: number): Promise<ResellerFolder> {
  const inWork = await candidatesIn(folder, 'work', new Set(), seen, restMs);
  const names = new Set(await readdir(join(folder, 'in')));
  const inIn = await candidatesIn(folder, 'in', names, seen, restMs);
  for (const name of names) {
    const marked = name.endsWith('.done') ? name.slice(0, -'.done'.length) : undefined;
    if (marked === undefined || !isTaken(marked) || names.has(marked)) continue;
    const path = join(folder, 'in', name);
    const sight = await lookAt(path);
    if (typeof sight !== 'string' && seen.unchangedFor(path, sight) >= 2 * restMs)
      await rm(path, { force: true });
  }
  return {
    candidates: [...inWork.candidates, ...inIn.candidates.toSorted(oldestFirst)],
    leftAlone: inIn.leftAlone,
  };
}

async function candidatesIn(
  folder: string,
  where: Candidate['where'],
  names: ReadonlySet<string>,
  seen: SeenFiles,
  restMs: number,
): Promise<ResellerFolder> {
  const candidates: Candidate[] = [];
  const leftAlone: LeftAlone[] = [];
  for (const name of where === 'in' ? names : await readdir(join(folder, where))) {
    if (!isTaken(name)) {
      const why = whyNotTaken(name);
      if (why !== undefined && !(name.endsWith('.done') && isTaken(name.slice(0, -'.done'.length))))
        leftAlone.push({ name, why });
      continue;
    }
    const path = join(folder, where, name);
    const sight = await lookAt(path);
    if (sight === 'gone') continue;
    if (sight === 'no file' && where === 'in') {
      leftAlone.push({ name, why: 'is no file but a link, a folder or a device' });
      continue;
    }
    const restedMs = seen.unchangedFor(path, sight);
    if (sight === 'no file') continue;
    const isWhole =
      restedMs >= restMs ||
      (names.has(markerOf(name)) &&
        isMarked(sight.changedAt, await lookAt(join(folder, where, markerOf(name)))));
    if (isWhole) candidates.push({ where, name, seen: sight });
  }
  return { candidates, leftAlone };
}

/** A marker that is older than the file is of an earlier one. Both times are the file server's. */
function isMarked(changedAt: bigint, marker: Awaited<ReturnType<typeof lookAt>>): boolean {
  return typeof marker !== 'string' && marker.changedAt >= changedAt;
}

function whyNotTaken(name: string): string | undefined {
  if (name.includes('\uFFFD')) return 'has a name that is no UTF-8';
  if (name.startsWith('.') || /\.(?:part|filepart|tmp|incomplete)$/i.test(name)) return undefined;
  return 'ends neither in .csv nor in .ndjson';
}

function oldestFirst(one: Candidate, other: Candidate): number {
  if (one.seen.changedAt !== other.seen.changedAt) return one.seen.changedAt < other.seen.changedAt ? -1 : 1;
  return one.name < other.name ? -1 : 1;
}

/** What lies in the drop folder itself, and belongs to no reseller. */
export function strangersAmong(
  entries: readonly Dirent[],
  resellers: ReadonlySet<string>,
): readonly { readonly name: string; readonly why: string }[] {
  return entries.flatMap((entry) => {
    const { name } = entry;
    if (name.startsWith('.') || name === 'lost+found' || resellers.has(name)) return [];
    if (entry.isFile() || entry.isSymbolicLink())
      return isTaken(name) ? [{ name, why: "file that lies outside of every reseller's folder" }] : [];
    return entry.isDirectory() ? [{ name, why: 'folder that has the name of no reseller' }] : [];
  });
}
