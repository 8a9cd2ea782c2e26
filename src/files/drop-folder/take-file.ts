import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { WatchContext } from '#src/files/drop-folder/context.ts';
import { freeName, hasCode, isGone, markerOf, split } from '#src/files/drop-folder/names.ts';
import { isSame, lookAt, type Seen } from '#src/files/drop-folder/seen-files.ts';
import { inTransaction } from '#src/persistence/database.ts';
import {
  findInWork,
  insertFeedFile,
  isRecording,
  leaseFeedFile,
  lockFeedPlace,
  namesInWork,
  type FeedFile,
} from '#src/persistence/feed-files.ts';

/** A file that may be taken: nobody has written to it for a while, or a marker says that it is whole. */
export interface Candidate {
  readonly where: 'in' | 'work';
  readonly name: string;
  readonly seen: Seen;
}

/**
 * Takes a file by moving it to `work`, or takes over one there that nobody works on, under a lock that all watchers of this reseller's
 * folder respect. A crash before the commit leaves a file in `work` that nobody has noted: it is taken over like the others.
 * @returns undefined when it is not to be had: it was taken, has changed, or another file of this reseller is being recorded
 */
export function takeFile(
  { fulfillment: { database }, directory, place }: WatchContext,
  { where, name, seen }: Candidate,
): Promise<FeedFile | undefined> {
  const folder = join(directory, place.reseller);
  return inTransaction(database, async (tx) => {
    await lockFeedPlace(tx, place);
    if (await isRecording(tx, place)) return undefined;
    if (where === 'work') {
      const known = await findInWork(tx, place, name);
      if (known) return known.state === 'importing' ? leaseFeedFile(tx, known.id, place.holder) : undefined;
    }
    if (!isSame(await lookAt(join(folder, where, name)), seen)) return undefined;
    if (where === 'work') return insertFeedFile(tx, place, name, name);
    const inWork = await namesInWork(tx, place);
    const workName = await freeName(join(folder, 'work'), split(name), (one) => inWork.has(one));
    // First, so that no marker is left for a later file of this name; without it the file is taken when it has rested.
    await removeMarker(join(folder, 'in', markerOf(name)));
    try {
      await rename(join(folder, 'in', name), join(folder, 'work', workName));
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
    return insertFeedFile(tx, place, name, workName);
  });
}

async function removeMarker(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (error) {
    // No file system has it, then.
    if (!hasCode(error, 'ENAMETOOLONG')) throw error;
  }
}
