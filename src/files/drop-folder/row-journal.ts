import { change, FileLeftError, type WatchContext } from '#src/files/drop-folder/context.ts';
import type { FeedJournal, FeedRow } from '#src/files/feed-import.ts';
import { shortMessage, shortReference, type RowResult } from '#src/files/result-file.ts';
import { inTransaction, reading, type Transaction } from '#src/persistence/database.ts';
import { findRecordedRows, removeFeedFileRows, writeFeedFileRows } from '#src/persistence/feed-file-rows.ts';
import type { FeedFile } from '#src/persistence/feed-files.ts';

/**
 * Keeps what became of a file's rows in PostgreSQL, in the transactions that record their messages. So each row is recorded once however
 * often the reading is begun, and result files can be written when the disk has room again.
 */
export class RowJournal implements FeedJournal {
  readonly path = null;
  readonly #context: WatchContext;
  readonly #file: FeedFile;
  /** What stands in PostgreSQL of the rows that were recorded last. */
  #written = new Map<number, RowResult>();
  #last = 0;

  constructor(context: WatchContext, file: FeedFile) {
    this.#context = context;
    this.#file = file;
  }

  async begin(reference: 'orderNumber' | 'requestNumber'): Promise<void> {
    await change(this.#context, this.#file, { reference });
  }

  async recorded(rows: readonly FeedRow[]): Promise<ReadonlyMap<number, RowResult>> {
    const before = await findRecordedRows(
      reading(this.#context.fulfillment.database),
      this.#file.id,
      rows.map(({ row }) => row),
    );
    const fingerprints = new Map(rows.map(({ row, message }) => [row, message.fingerprint]));
    const same = before.filter(({ row, fingerprint }) => fingerprints.get(row) === fingerprint);
    return new Map(same.map((one) => [one.row, resultOf(one)]));
  }

  async record(tx: Transaction, results: readonly RowResult[]): Promise<void> {
    await this.#write(tx, results);
    this.#written = new Map(results.map((one) => [one.row, one]));
  }

  async write(results: readonly RowResult[]): Promise<void> {
    const more = results.filter((one) => {
      const written = this.#written.get(one.row);
      return written?.result !== one.result || written.message !== one.message;
    });
    this.#written = new Map();
    this.#last = results.at(-1)?.row ?? this.#last;
    if (more.length > 0)
      await inTransaction(this.#context.fulfillment.database, (tx) => this.#write(tx, more));
    if (this.#context.signal.aborted) throw new FileLeftError('the watcher is to end');
  }

  /** Where the file has shrunk since it was read first, rows of before are none of it. */
  async finish(): Promise<void> {
    await removeFeedFileRows(reading(this.#context.fulfillment.database), this.#file.id, this.#last);
  }

  async discard(): Promise<void> {}

  async #write(tx: Transaction, results: readonly RowResult[]): Promise<void> {
    const rows = results.map(({ row, reference, result, id, message }) => ({
      row,
      reference: shortReference(reference),
      result,
      message: result === 'invalid' ? null : (id ?? null),
      note: message === undefined ? null : shortMessage(message),
    }));
    const { id, name } = this.#file;
    if (!(await writeFeedFileRows(tx, id, this.#context.place.holder, rows)))
      throw new FileLeftError(`another watcher works on ${name}`);
  }
}

/** A row of a result file, from what is kept of it. */
export function resultOf({
  row,
  reference,
  result,
  message,
  note,
}: {
  readonly row: number;
  readonly reference: string;
  readonly result: RowResult['result'];
  readonly message: string | null;
  readonly note: string | null;
}): RowResult {
  return {
    row,
    reference,
    result,
    ...(message !== null && { id: message }),
    ...(note !== null && { message: note }),
  };
}
