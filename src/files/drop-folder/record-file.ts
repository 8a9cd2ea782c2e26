import { join } from 'node:path';
import { change, type WatchContext } from '#src/files/drop-folder/context.ts';
import { RowJournal } from '#src/files/drop-folder/row-journal.ts';
import { isSame, lookAt, type Sight } from '#src/files/drop-folder/seen-files.ts';
import { importFeed, type FeedImportResult } from '#src/files/feed-import.ts';
import { inTransaction, reading } from '#src/persistence/database.ts';
import { countFeedFileRows } from '#src/persistence/feed-file-rows.ts';
import { forgetFeedFile, type FeedFile } from '#src/persistence/feed-files.ts';

/**
 * Records the rows of a file in `work`. Safe to repeat: rows that are recorded stay what they became.
 * @param seen how it looked when it was found whole, or that it is gone
 * @returns the file as it is then; undefined when there is nothing to be told of it yet: somebody still writes to it, or it is gone
 */
export async function recordFile(
  context: WatchContext,
  file: FeedFile,
  seen: Sight,
): Promise<FeedFile | undefined> {
  const { directory, place, log } = context;
  const path = join(directory, place.reseller, 'work', file.workName);
  if (!isSame(await lookAt(path), seen)) return undefined;
  const journal = new RowJournal(context, file);
  const result = seen === 'gone' ? undefined : await read(context, file, path, journal);
  const after = await lookAt(path);
  if (!result || (after === 'gone' && result.refusal !== undefined)) return vanished(context, file, journal);
  const about = { reseller: place.reseller, file: file.name };
  if (after !== 'gone' && !isSame(after, seen)) {
    log.info(about, 'a feed file changed while it was read; it is read again when it has rested');
    return undefined;
  }
  const { refusal, rows, accepted, repeats, conflicts, invalid, awaitingReconciler } = result;
  if (refusal === undefined) {
    const counts = { rows, accepted, repeats, conflicts, invalid, awaitingReconciler };
    log.info({ ...about, ...counts }, 'a feed file was recorded');
  } else {
    // Where it lies here is nobody's business outside.
    const why = refusal.replaceAll(path, file.name).replaceAll(file.workName, file.name);
    await refuse(journal, why);
    await journal.finish();
    log.warn({ ...about, why }, 'a feed file could not be read');
  }
  return change(context, file, { state: 'imported', isRefused: result.exitCode === 1 });
}

function read(
  { fulfillment, enqueue, place: { reseller } }: WatchContext,
  { name }: FeedFile,
  path: string,
  journal: RowJournal,
): Promise<FeedImportResult> {
  return importFeed({ fulfillment, file: path, reseller, name, noLinks: true, journal, enqueue });
}

/** Somebody took it away. What was recorded of it is told nevertheless. */
async function vanished(
  context: WatchContext,
  file: FeedFile,
  journal: RowJournal,
): Promise<FeedFile | undefined> {
  const { fulfillment, place, log } = context;
  const counts = await countFeedFileRows(reading(fulfillment.database), file.id);
  log.warn(
    { reseller: place.reseller, file: file.name, ...counts },
    'a feed file vanished before it was read to its end',
  );
  if (Object.keys(counts).length > 0) {
    await refuse(
      journal,
      'The file vanished before it was read to its end. What was recorded until then stays.',
    );
    return change(context, file, { state: 'imported' });
  }
  await inTransaction(fulfillment.database, (tx) => forgetFeedFile(tx, file.id, place.holder));
  return undefined;
}

/** In place of rows that could not be read: row 0, which says why. */
async function refuse(journal: RowJournal, why: string): Promise<void> {
  await journal.write([{ row: 0, reference: '', result: 'invalid', message: why }]);
}
