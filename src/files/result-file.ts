import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
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

/** Where the results of rows go while a file is read. */
export interface ResultSink<Row = RowResult> {
  /** Null when there is no file. */
  readonly path: string | null;
  write(results: readonly Row[]): Promise<void>;
  /** All rows were written. */
  finish(): Promise<void>;
  /** Leaves nothing half behind; after `finish` it does nothing. */
  discard(): Promise<void>;
}

/** The header row of a CSV file of ours, and the cells of its rows: texts that may come from anywhere. */
export interface ResultTable<Row> {
  readonly header: readonly string[];
  readonly cells: (row: Row) => readonly string[];
}

/** An order number has at most 64 characters; what is longer is cut, so that a result file cannot outgrow its input. */
const longestReference = 64;

/** Enough for a fault in every field; unknown fields may come without number. */
const longestMessage = 2000;

/** @param reference name of the column of what rows are about */
export function resultTable(reference: string): ResultTable<RowResult> {
  return {
    header: ['row', reference, 'result', 'id', 'message'],
    cells: ({ row, reference: about, result, id = '', message = '' }) => [
      String(row),
      shortReference(about),
      result,
      id,
      shortMessage(message),
    ],
  };
}

export function shortReference(text: string): string {
  return printable(shortened(text, longestReference));
}

export function shortMessage(text: string): string {
  return printable(shortened(text, longestMessage));
}

/**
 * Begins a file of results. It is written under a name of its own until `finish`, which puts it in its place, over an earlier one: a
 * crash leaves no half result.
 * @param partialName its name until then
 * @throws ImportRefusedError when it cannot be written
 */
export async function createResultFile<Row>(
  folder: string,
  name: string,
  { header, cells }: ResultTable<Row>,
  partialName = `${name}.${randomUUID()}.partial`,
): Promise<ResultSink<Row> & { readonly path: string }> {
  const path = join(folder, name);
  const partial = join(folder, partialName);
  const file = await openNew(partial, path);
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await file.close();
    isOpen = false;
  };
  const discard = async (): Promise<void> => {
    await close();
    await rm(partial, { force: true });
  };
  try {
    await file.writeFile(stringify([header], format));
  } catch (error) {
    await discard();
    throw error;
  }
  return {
    path,
    write: async (rows) => {
      await file.writeFile(
        stringify(
          rows.map((row) => cells(row).map(harmless)),
          format,
        ),
      );
    },
    finish: async () => {
      await file.sync();
      await close();
      await rename(partial, path);
    },
    discard,
  };
}

/** A cell that begins with = + - @, tab or carriage return would be run by a spreadsheet: it gets a leading apostrophe. */
const format = { escape_formulas: true, record_delimiter: 'windows' } as const;

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
