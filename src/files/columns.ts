import { z } from 'zod';
import { ImportRefusedError } from '#src/files/refusal.ts';

/** A column of a CSV file: a field of the message by its path with dots, `customer.company`. */
export interface Column {
  readonly name: string;
  readonly holds: 'text' | 'whole number' | 'truth value' | 'list';
  readonly required: boolean;
}

/** The most column names that a refusal lists. */
const mostListed = 10;

/** The columns that a message's schema asks for, so that the fields are named in one place alone. */
export function columnsOf(schema: z.ZodType): readonly Column[] {
  return leaves(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), '', true);
}

/**
 * The columns in the order of a file's header row.
 * @throws ImportRefusedError that names every column that is unknown, missing or there twice
 */
export function columnsOfHeader(
  file: string,
  known: readonly Column[],
  header: readonly string[],
): readonly Column[] {
  const byName = new Map(known.map((column) => [column.name, column]));
  const columns = header.flatMap((name) => byName.get(name) ?? []);
  const unknown = header.filter((name) => !byName.has(name));
  const twice = header.filter((name, i) => byName.has(name) && header.indexOf(name) !== i);
  const missing = known.filter(({ name, required }) => required && !header.includes(name));
  const faults = [
    ...faultOf('has unknown columns', unknown),
    ...faultOf('has columns twice', twice),
    ...faultOf(
      'lacks required columns',
      missing.map(({ name }) => name),
    ),
  ];
  if (faults.length === 0) return columns;
  const hint =
    header.length === 1 && /[;\t]/.test(header[0] ?? '')
      ? ' Columns are separated by commas; this file seems to use another character.'
      : ` Its columns may be: ${known.map(({ name }) => name).join(', ')}.`;
  throw new ImportRefusedError(`${file} ${faults.join(', and ')}.${hint}`);
}

/** The message that a row's cells say; an empty cell is an absent field. What a cell must hold is for the schema to judge. */
export function messageOfCells(
  columns: readonly Column[],
  cells: readonly string[],
): Readonly<Record<string, unknown>> {
  const message: Record<string, unknown> = {};
  for (const [i, { name, holds }] of columns.entries()) {
    const cell = cells[i] ?? '';
    if (cell === '') continue;
    const [first = name, ...rest] = name.split('.');
    put(message, first, rest, valueOf(holds, cell));
  }
  return message;
}

function put(into: Record<string, unknown>, field: string, deeper: readonly string[], value: unknown): void {
  const [next, ...rest] = deeper;
  if (next === undefined) {
    into[field] = value;
    return;
  }
  const present = into[field];
  const inner: Record<string, unknown> = isRecord(present) ? present : {};
  into[field] = inner;
  put(inner, next, rest, value);
}

/** Text that is no number, or no truth value, stays as it is: the schema says what it must be. */
function valueOf(holds: Column['holds'], cell: string): unknown {
  switch (holds) {
    case 'text':
      return cell;
    case 'whole number':
      return /^-?\d{1,15}(\.\d{1,15})?$/.test(cell) ? Number(cell) : cell;
    case 'truth value': {
      // Spreadsheets write TRUE and FALSE.
      const lower = cell.toLowerCase();
      return lower === 'true' || lower === 'false' ? lower === 'true' : cell;
    }
    case 'list':
      return cell
        .split(';')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== '');
  }
}

function leaves(schema: z.core.JSONSchema._JSONSchema, name: string, required: boolean): readonly Column[] {
  if (typeof schema === 'boolean') return [{ name, holds: 'text', required }];
  if (schema.properties) {
    return Object.entries(schema.properties).flatMap(([key, property]) =>
      leaves(
        property,
        name === '' ? key : `${name}.${key}`,
        required && (schema.required ?? []).includes(key),
      ),
    );
  }
  return [{ name, holds: contents.get(schema.type) ?? 'text', required }];
}

const contents: ReadonlyMap<unknown, Column['holds']> = new Map([
  ['integer', 'whole number'],
  ['number', 'whole number'],
  ['boolean', 'truth value'],
  ['array', 'list'],
]);

function faultOf(sentence: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const listed = names.slice(0, mostListed).map(shown).join(', ');
  return [`${sentence}: ${listed}${names.length > mostListed ? ', …' : ''}`];
}

/** A name out of a file that may hold anything, fit for a terminal. */
function shown(name: string): string {
  const text = Array.from(name.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?'));
  return text.length === 0 ? 'a column without a name' : `"${text.slice(0, 60).join('')}"`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
