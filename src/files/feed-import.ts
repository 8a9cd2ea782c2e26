import { basename } from 'node:path';
import type { MessageKind } from '#jobs/kinds.ts';
import { parseMessage, type Message } from '#jobs/message.ts';
import { cellFaultsFirst } from '#src/files/cells.ts';
import { columnsOf, type Column } from '#src/files/columns.ts';
import { feedKindOf, type FeedKind } from '#src/files/feed-kind.ts';
import {
  refusedImport,
  runImport,
  type ImportProgress,
  type ImportResult,
  type ReadableRow,
} from '#src/files/import-run.ts';
import type { ResultSink, RowResult } from '#src/files/result-file.ts';
import { fieldOf, sentenceOfErrors } from '#src/files/sentences.ts';
import type { Arrived } from '#src/fulfillment/batch/accept-messages.ts';
import { recordAndWake, type Wake } from '#src/fulfillment/batch/record-and-wake.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { reading, type Transaction } from '#src/persistence/database.ts';
import { findResellers } from '#src/persistence/ledger.ts';

export interface FeedImport {
  readonly fulfillment: Fulfillment;
  readonly file: string;
  /** Whose orders the file holds. */
  readonly reseller: string;
  /** Hears of every batch of rows, once it is committed. */
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
  /** Wakes the workers. Orders that it failed for are found by the reconciler. */
  readonly enqueue?: ((kind: MessageKind, ids: readonly string[]) => Promise<unknown>) | undefined;
  /** Keeps what became of the rows, with the messages; absent: a result file beside the input does. */
  readonly journal?: FeedJournal | undefined;
  /** What the file is called in the history of its messages; by default its name. */
  readonly name?: string | undefined;
  /** A link in the file's place is refused. */
  readonly noLinks?: boolean | undefined;
}

/** A memory of what became of a file's rows, so that a file that was read in part is not begun anew. */
export interface FeedJournal extends ResultSink {
  /** Hears what the file's rows are about, before any of them. */
  begin(reference: FeedKind['reference']): Promise<void>;
  /** Those of these rows that were recorded before with the same content, by row. */
  recorded(rows: readonly FeedRow[]): Promise<ReadonlyMap<number, RowResult>>;
  /** Writes what became of rows in the transaction that records them. */
  record(tx: Transaction, results: readonly RowResult[]): Promise<void>;
}

/** A row that is a good message. */
export interface FeedRow {
  readonly row: number;
  readonly message: Message;
  readonly reference: string;
}

export interface FeedImportResult extends ImportResult {
  /** Orders that are recorded but could not be put into the queue; the reconciler does it when it next looks. */
  readonly awaitingReconciler: number;
  /** Why not: the error of the queue server. */
  readonly enqueueFault?: string;
}

/**
 * Imports a reseller's feed file: each good row is an order, or a change request, durably accepted, in the order of the file. Importing
 * it again changes nothing: contract §3, §7.
 * @throws ImportInterruptedError
 */
export async function importFeed(options: FeedImport): Promise<FeedImportResult> {
  const { fulfillment, file, reseller, onProgress, journal, noLinks, name = basename(file) } = options;
  const waker = new Waker(options.enqueue);
  const [known] = await findResellers(reading(fulfillment.database), [reseller]);
  if (!known) {
    const refusal = `There is no reseller ${JSON.stringify(reseller)}. \`chancery reseller add NAME\` adds one.`;
    return { ...refusedImport(refusal), awaitingReconciler: 0 };
  }
  const feed = await feedKindOf(file, noLinks);
  await journal?.begin(feed.reference);
  const by = `feed ${name}`;
  const result = await runImport({
    file,
    columns: feedColumns(feed),
    referenceColumn: feed.reference,
    onProgress,
    noLinks,
    ...(journal && { keepResults: () => Promise.resolve(journal) }),
    importRows: async (rows) => {
      const parsed = rows.map((one) => ({
        row: one.row,
        reference: textOf(fieldOf(one.data, feed.reference)),
        ...parseRow(one, reseller, feed),
      }));
      const good = parsed.filter((one) => 'message' in one);
      const before = await journal?.recorded(good);
      const fresh = good.filter(({ row }) => before?.has(row) !== true);
      const resultsOf = (acceptances: readonly Arrived[]) =>
        fresh.map(({ row, reference, message }, i): RowResult => {
          const acceptance = acceptances[i];
          return acceptance ? { row, reference, ...resultOf(acceptance, message) } : lost(reference);
        });
      const acceptances = await recordAndWake(
        fulfillment,
        fresh.map(({ message }) => ({ message, by })),
        waker.wake,
        journal && ((tx, arrived) => journal.record(tx, resultsOf(arrived))),
      );
      const results = new Map(resultsOf(acceptances).map((one) => [one.row, one]));
      return parsed.map((one) => {
        const { row, reference } = one;
        if ('fault' in one) return { row, reference, result: 'invalid', message: one.fault };
        return before?.get(row) ?? results.get(row) ?? lost(reference);
      });
    },
  });
  return { ...result, ...waker.report() };
}

function lost(reference: string): never {
  throw new Error(`nothing was said of order ${reference}`);
}

/** The columns of a feed file: the fields of its messages, except that the reseller is named by the command. */
function feedColumns({ kind, schema }: FeedKind): readonly Column[] {
  return columnsOf(schema).map((column) => {
    if (column.name === 'reseller') return { ...column, required: false };
    const isOrdersTerm = kind === 'upgrade-order' && column.name === 'term';
    return isOrdersTerm ? { ...column, required: true, unless: 'validThrough' } : column;
  });
}

function parseRow(
  { data, faults }: ReadableRow,
  reseller: string,
  { kind }: FeedKind,
): { readonly message: Message } | { readonly fault: string } {
  const isObject = typeof data === 'object' && data !== null && !Array.isArray(data);
  const parsed = parseMessage(kind, isObject ? { reseller, ...data } : data);
  const errors = [...cellFaultsFirst(faults, parsed.ok ? [] : parsed.errors)];
  const named = fieldOf(data, 'reseller');
  if (named !== undefined && named !== reseller)
    errors.unshift({ path: 'reseller', message: 'must be the one that the import is for, or be left out' });
  if (parsed.ok && errors.length === 0) return { message: parsed.message };
  return { fault: sentenceOfErrors(errors) };
}

function resultOf(
  acceptance: Arrived,
  { fingerprint }: Message,
): Pick<RowResult, 'result' | 'id' | 'message'> {
  switch (acceptance.outcome) {
    case 'accepted':
      return {
        result: 'accepted',
        id: acceptance.id,
        ...(acceptance.replaces !== undefined && {
          message: `a new try: the order ${acceptance.replaces} of this number was rejected`,
        }),
      };
    case 'repeat':
      return { result: 'repeat', id: acceptance.id, message: 'accepted before with the same content' };
    case 'conflict': {
      const fingerprints = `first ${acceptance.acceptedFingerprint.slice(0, 16)}, this row ${fingerprint.slice(0, 16)}`;
      const [number, first] =
        acceptance.code === 'ORDER_CONFLICT'
          ? ['order number', 'the first order']
          : ['request number', 'the first request'];
      const message = `${acceptance.code}: this ${number} was accepted before with different content (fingerprints: ${fingerprints}); ${first} is untouched`;
      return { result: 'conflict', id: acceptance.id, message };
    }
    case 'invalid':
      return { result: 'invalid', message: sentenceOfErrors(acceptance.errors) };
    case 'reused':
      throw new Error('a row of a file came without an idempotency key');
  }
}

/** Puts accepted orders into the queue, until that fails once: a queue server that is away would cost its timeout every time. */
class Waker {
  readonly #enqueue: FeedImport['enqueue'];
  #fault: string | undefined;
  #waiting = 0;

  constructor(enqueue: FeedImport['enqueue']) {
    this.#enqueue = enqueue;
  }

  readonly wake: Wake = async (kind, ids) => {
    if (this.#enqueue && this.#fault === undefined) {
      try {
        await this.#enqueue(kind, ids);
        return;
      } catch (error) {
        this.#fault = error instanceof Error ? error.message : String(error);
      }
    }
    this.#waiting += ids.length;
  };

  report(): Pick<FeedImportResult, 'awaitingReconciler' | 'enqueueFault'> {
    return {
      awaitingReconciler: this.#waiting,
      ...(this.#fault !== undefined && { enqueueFault: this.#fault }),
    };
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
