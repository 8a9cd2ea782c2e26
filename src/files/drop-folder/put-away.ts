import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { change, FileLeftError, type WatchContext } from '#src/files/drop-folder/context.ts';
import { exists, freeName, isGone, split, type Place } from '#src/files/drop-folder/names.ts';
import { resultOf } from '#src/files/drop-folder/row-journal.ts';
import { pageRows, settle, writeOut } from '#src/files/drop-folder/write-out.ts';
import { resultTable } from '#src/files/result-file.ts';
import { inTransaction, reading } from '#src/persistence/database.ts';
import { readFeedFileRows } from '#src/persistence/feed-file-rows.ts';
import { changeFeedFile, lockFeedPlace, reservedNames, type FeedFile } from '#src/persistence/feed-files.ts';

/** Writes the result file of a file whose rows are recorded, and moves it to `done` or `failed`. Safe to repeat. */
export async function putAway(context: WatchContext, recorded: FeedFile): Promise<void> {
  const { fulfillment, directory, place, log } = context;
  const { stem, ending } = split(recorded.name);
  const kept: Place = recorded.isRefused ? 'failed' : 'done';
  const now = new Date();
  const asked = { stem, ending: '.result.csv' };
  const { file, name: resultName } = await named(context, recorded, 'resultName', 'out', asked, now);
  const { name: keptName } = await named(context, file, 'keptName', kept, { stem, ending }, now);
  const tx = reading(fulfillment.database);
  await writeOut(context, file, resultName, resultTable(file.reference ?? 'orderNumber'), async (after) =>
    (await readFeedFileRows(tx, file.id, after, pageRows)).map(resultOf),
  );
  // Still ours, a moment before: a file of the same name that another watcher takes later must not be moved.
  await change(context, file, {});
  const folder = join(directory, place.reseller);
  const from = join(folder, 'work', file.workName);
  const to = join(folder, kept, keptName);
  const isMoved = await moved(from, to);
  if (!isMoved && !(await exists(to)))
    log.warn({ reseller: place.reseller, file: file.name }, 'a feed file vanished before it was put away');
  try {
    await change(context, file, { state: 'waiting' });
  } catch (error) {
    // Another has it since: what was moved may be a later file of this name.
    if (isMoved && error instanceof FileLeftError && !(await exists(from))) await rename(to, from);
    throw error;
  }
  await settle(join(folder, kept));
  fulfillment.meters.feedFile(kept);
}

async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/**
 * Chooses the name that a file gets in a folder, once, so that whoever repeats the work uses the same.
 * @param now the time to add where the name is taken
 */
export async function named(
  context: WatchContext,
  file: FeedFile,
  property: 'resultName' | 'keptName' | 'outcomesName',
  where: Place,
  wanted: { readonly stem: string; readonly ending: string },
  now?: Date,
): Promise<{ readonly file: FeedFile; readonly name: string }> {
  const known = file[property];
  if (known !== null) return { file, name: known };
  const { fulfillment, directory, place } = context;
  const name = await inTransaction(fulfillment.database, async (tx) => {
    await lockFeedPlace(tx, place);
    const reserved = await reservedNames(tx, place);
    const folder = join(directory, place.reseller, where);
    const free = await freeName(folder, wanted, (one) => reserved.has(`${where}/${one}`), now);
    if (!(await changeFeedFile(tx, file.id, place.holder, { [property]: free })))
      throw new FileLeftError(`another watcher works on ${file.name}`);
    return free;
  });
  return { file: { ...file, [property]: name }, name };
}
