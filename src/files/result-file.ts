import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { ImportRefusedError } from '#src/files/sentences.ts';

export type RowOutcome = 'accepted' | 'repeat' | 'conflict' | 'invalid';

/** What became of one row. */
export interface RowResult {
  readonly row: number;
  /** The order number, or the masked Activation Code: what the row is about. Text out of the file, so it may be anything. */
  readonly reference: string;
  readonly result: RowOutcome;
  /** Of what was recorded, now or before. */
  readonly id?: string;
  readonly message?: string;
}

/** The result file while it is written: under a name of its own until `finish`, so that a crash leaves no half result. */
export interface ResultFile {
  readonly path: string;
  write(results: readonly RowResult[]): Promise<void>;
  /** Puts the file in its place, over an earlier one. */
  finish(): Promise<void>;
  /** Leaves nothing behind; after `finish` it does nothing. */
  discard(): Promise<void>;
}

/** An order number has at most 64 characters; what is longer is cut, so that a result file cannot outgrow its input. */
const longestReference = 64;

/** Enough for a fault in every field; unknown fields may come without number. */
const longestMessage = 2000;

/**
 * Begins the result file beside the input: `orders.csv` → `orders.result.csv`.
 * @param reference name of the column of what rows are about
 * @throws ImportRefusedError when it cannot be written
 */
export async function createResultFile(input: string, reference: string): Promise<ResultFile> {
  const path = join(dirname(input), `${basename(input, extname(input))}.result.csv`);
  const partial = `${path}.${randomUUID()}.partial`;
  const file = await openNew(partial, path);
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await file.close();
    isOpen = false;
  };
  await file.write(stringify([['row', reference, 'result', 'id', 'message']], format));
  return {
    path,
    write: async (results) => {
      await file.write(stringify(results.map(cells), format));
    },
    finish: async () => {
      await file.sync();
      await close();
      await rename(partial, path);
    },
    discard: async () => {
      await close();
      await rm(partial, { force: true });
    },
  };
}

/** A cell that begins with = + - @, tab or carriage return would be run by a spreadsheet: it gets a leading apostrophe. */
const format = { escape_formulas: true, record_delimiter: 'windows' } as const;

function cells({ row, reference, result, id = '', message = '' }: RowResult): readonly string[] {
  return [
    String(row),
    harmless(printable(shortened(reference, longestReference))),
    result,
    id,
    harmless(printable(shortened(message, longestMessage))),
  ];
}

/** Where spreadsheets take semicolons for commas, a cell begins behind each of them, too. */
function harmless(text: string): string {
  return text.replaceAll(/;(?=\s*[=+\-@])/g, ";'");
}

function shortened(text: string, longest: number): string {
  // A character has at most two UTF-16 units; the rest of a very long text is not even looked at.
  const characters = Array.from(text.slice(0, 2 * longest + 2));
  return characters.length > longest ? `${characters.slice(0, longest).join('')}...` : text;
}

/** Controls, halves of surrogate pairs and line separators have no business in a cell that people read. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ').trim();
}

async function openNew(partial: string, path: string) {
  try {
    return await open(partial, 'wx');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ImportRefusedError(`The result file ${path} cannot be written: ${why}`);
  }
}
