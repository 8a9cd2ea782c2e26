import { maskCodesIn } from '#src/domain/masked-codes.ts';
import { change, type WatchContext } from '#src/files/drop-folder/context.ts';
import { split } from '#src/files/drop-folder/names.ts';
import { named } from '#src/files/drop-folder/put-away.ts';
import { pageRows, writeOut } from '#src/files/drop-folder/write-out.ts';
import { shortMessage, shortReference, type ResultTable } from '#src/files/result-file.ts';
import { inTransaction, reading } from '#src/persistence/database.ts';
import {
  readFeedFileOutcomes,
  rememberHeldRows,
  removeFeedFileRows,
  type FeedFileOutcome,
} from '#src/persistence/feed-file-rows.ts';
import type { FeedFile } from '#src/persistence/feed-files.ts';

const outcomesTable: ResultTable<FeedFileOutcome> = {
  header: ['row', 'number', 'result', 'status', 'reason', 'certificate'],
  cells: ({ row, reference, result, note, status, reason, certificate }) => [
    String(row),
    shortReference(reference),
    result,
    status ?? '',
    shortMessage(maskCodesIn(reasonOf(result, note, reason))),
    certificate ?? '',
  ],
};

/** Why a row became no message, or why its message was not fulfilled. */
function reasonOf(
  result: FeedFileOutcome['result'],
  note: string | null,
  reason: FeedFileOutcome['reason'],
): string {
  if (result === 'conflict' || result === 'invalid') return note ?? '';
  return reason === null ? '' : `${reason.code}: ${reason.message}`;
}

/**
 * Writes what became of every row of a file to `out`, now that none of its messages is open. Held ones stand as held; the file is
 * written anew when they end. Safe to repeat.
 */
export async function tellOutcomes(context: WatchContext, waiting: FeedFile): Promise<void> {
  const { fulfillment, place, log } = context;
  const { database } = fulfillment;
  // Named as its result file, so that answers to files of one name are told apart by the same time, whichever ends first.
  const { stem } = waiting.resultName === null ? split(waiting.name) : split(split(waiting.resultName).stem);
  const wanted = { stem, ending: '.outcomes.csv' };
  const { file, name } = await named(context, waiting, 'outcomesName', 'out', wanted);
  const held = await inTransaction(database, (tx) => rememberHeldRows(tx, file.id));
  await writeOut(context, file, name, outcomesTable, (after) =>
    readFeedFileOutcomes(reading(database), file.id, after, pageRows),
  );
  await change(context, file, { state: held > 0 ? 'told' : 'ended' });
  log.info(
    { reseller: place.reseller, file: file.name, outcomes: name, held },
    'outcomes of a feed file were written',
  );
  // Nothing of it changes any more. What is left of rows by a crash here goes with the file.
  if (held === 0) await removeFeedFileRows(reading(database), file.id, -1);
}
