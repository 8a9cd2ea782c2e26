import type { Logger } from 'pino';
import type { FeedImport } from '#src/files/feed-import.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { inTransaction, reading } from '#src/persistence/database.ts';
import {
  changeFeedFile,
  leaseFeedFile,
  releaseFeedFile,
  type FeedFile,
  type FeedFileChange,
  type FeedPlace,
} from '#src/persistence/feed-files.ts';

/** What a watcher works with, on the files of one reseller. */
export interface WatchContext {
  readonly fulfillment: Fulfillment;
  readonly enqueue: FeedImport['enqueue'];
  readonly log: Logger;
  /** Of the drop folder, on this machine. */
  readonly directory: string;
  readonly place: FeedPlace;
  /** The watcher is to end: what is under way is left to another. */
  readonly signal: AbortSignal;
}

/** Another watcher has the file by now, or this one is to end: nothing further is to be done with it here. */
export class FileLeftError extends Error {
  override readonly name = 'FileLeftError';
}

/** Well within the time after which others take a watcher for dead. */
const prolongingMs = 4000;

/** Works on a file while it is this watcher's. Does nothing when it is another's. Afterwards others may have it. */
export async function withFile(
  { fulfillment: { database }, place: { holder } }: WatchContext,
  id: string,
  work: (file: FeedFile) => Promise<void>,
): Promise<void> {
  const file = await leaseFeedFile(reading(database), id, holder);
  if (!file) return;
  const timer = setInterval(() => {
    // What cannot be asked now is asked again; whoever writes hears whether the file is still ours.
    leaseFeedFile(reading(database), id, holder).catch(() => {});
  }, prolongingMs);
  try {
    await work(file);
  } finally {
    clearInterval(timer);
    // Where that fails, its time runs out.
    await releaseFeedFile(reading(database), id, holder).catch(() => {});
  }
}

/** @returns the file as it is then; @throws FileLeftError when it is another's */
export async function change(
  { fulfillment: { database }, place: { holder } }: WatchContext,
  file: FeedFile,
  changes: FeedFileChange,
): Promise<FeedFile> {
  const changed = await inTransaction(database, (tx) => changeFeedFile(tx, file.id, holder, changes));
  if (!changed) throw new FileLeftError(`another watcher works on ${file.name}`);
  return changed;
}
