import type { Reason } from '#src/domain/decision.ts';
import { rowsOf } from '#src/persistence/columns.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';
import type { MessageStatus } from '#src/persistence/messages.ts';

/** What became of a row of a drop folder's file at the door. */
export interface FeedFileRow {
  readonly row: number;
  readonly reference: string;
  readonly result: 'accepted' | 'repeat' | 'conflict' | 'invalid';
  /** The message that it became, or met. */
  readonly message: string | null;
  readonly note: string | null;
}

/** With what became of its message. */
export interface FeedFileOutcome extends Omit<FeedFileRow, 'message'> {
  /** Null of rows that became no message. */
  readonly status: MessageStatus | null;
  readonly reason: Reason | null;
  readonly certificate: string | null;
}

/** A row that is recorded, with the fingerprint of its message. */
export interface RecordedRow extends FeedFileRow {
  /** Hexadecimal. */
  readonly fingerprint: string;
}

const source = rowsOf('feed_file_row', ['row', 'reference', 'result', 'message', 'note']);

/**
 * Writes what became of rows; a row that stands there already says the new. Safe to repeat.
 * @returns false when another watcher has the file by now: nothing was written
 */
export async function writeFeedFileRows(
  tx: Transaction,
  file: string,
  holder: string,
  rows: readonly FeedFileRow[],
): Promise<boolean> {
  if (rows.length === 0) return true;
  const [written] = await statement<{ readonly count: number }>(
    tx,
    `with written as (
       insert into feed_file_row (file, row, reference, result, message, note)
       select mine.id, given.row, given.reference, given.result, given.message, given.note
       from ${source.sql} as given
       -- Locked: who takes the file over waits for this transaction, and sees its rows.
       join (select id from feed_file where id = $6::uuid and holder = $7::uuid for update) as mine on true
       on conflict (file, row) do update set reference = excluded.reference, result = excluded.result, message = excluded.message,
         note = excluded.note
       returning 1
     ) select count(*)::integer as count from written`,
    [...source.parameters(rows), file, holder],
  );
  return written?.count === rows.length;
}

/** Those of the rows that became messages before, when the file was read and not to its end. */
export async function findRecordedRows(
  tx: Transaction,
  file: string,
  rows: readonly number[],
): Promise<readonly RecordedRow[]> {
  return statement<RecordedRow>(
    tx,
    `select line.row, line.reference, line.result, line.message, line.note, encode(message.fingerprint, 'hex') as fingerprint
     from feed_file_row as line join message on message.id = line.message
     where line.file = $1::uuid and line.row = any($2::integer[]) and line.result in ('accepted', 'repeat')`,
    [file, rows],
  );
}

/** In the order of the file, from behind `after`. */
export async function readFeedFileRows(
  tx: Transaction,
  file: string,
  after: number,
  limit: number,
): Promise<readonly FeedFileRow[]> {
  return statement<FeedFileRow>(
    tx,
    `select row, reference, result, message, note from feed_file_row where file = $1::uuid and row > $2 order by row limit $3`,
    [file, after, limit],
  );
}

/** The same with what became of the messages. */
export async function readFeedFileOutcomes(
  tx: Transaction,
  file: string,
  after: number,
  limit: number,
): Promise<readonly FeedFileOutcome[]> {
  return statement<FeedFileOutcome>(
    tx,
    `select line.row, line.reference, line.result, line.note, message.status, message.reason, message.certificate_number as certificate
     from feed_file_row as line
     left join message on message.id = line.message and line.result in ('accepted', 'repeat')
     where line.file = $1::uuid and line.row > $2 order by line.row limit $3`,
    [file, after, limit],
  );
}

/** Remembers which rows stand as held in the outcomes that are written next. @returns how many there are */
export async function rememberHeldRows(tx: Transaction, file: string): Promise<number> {
  await statement(
    tx,
    `update feed_file_row as line set was_held = message.status = 'held' from message
     where line.file = $1::uuid and message.id = line.message and line.result in ('accepted', 'repeat')
       and line.was_held <> (message.status = 'held')`,
    [file],
  );
  const [counted] = await statement<{ readonly count: number }>(
    tx,
    'select count(*)::integer as count from feed_file_row where file = $1::uuid and was_held',
    [file],
  );
  return counted?.count ?? 0;
}

/** Removes the rows behind `last`: the file has no more, or they are told for ever. */
export async function removeFeedFileRows(tx: Transaction, file: string, last: number): Promise<void> {
  await statement(tx, 'delete from feed_file_row where file = $1::uuid and row > $2', [file, last]);
}

/** How many rows became what. */
export async function countFeedFileRows(
  tx: Transaction,
  file: string,
): Promise<Readonly<Partial<Record<FeedFileRow['result'], number>>>> {
  const rows = await statement<{ readonly result: string; readonly count: number }>(
    tx,
    'select result, count(*)::integer as count from feed_file_row where file = $1::uuid group by result',
    [file],
  );
  return Object.fromEntries(rows.map(({ result, count }) => [result, count]));
}
