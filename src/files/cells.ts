import type { FieldError } from '#jobs/message.ts';
import type { Column } from '#src/files/columns.ts';

/** What a row's cells say, and what a spreadsheet has done to them. */
export interface MessageOfCells {
  readonly data: Readonly<Record<string, unknown>>;
  /** Faults that only the cell shows: what the sender typed is not in it any more. */
  readonly faults: readonly FieldError[];
}

/**
 * The message that a row's cells say; an empty cell is an absent field, and so is one that the row lacks. What a cell must hold is for
 * the schema to judge, but for what spreadsheets break: a shortened number, a date in the words of some country.
 */
export function messageOfCells(
  columns: readonly (Column | undefined)[],
  cells: readonly string[],
): MessageOfCells {
  const data: Record<string, unknown> = {};
  const faults: FieldError[] = [];
  for (const [i, column] of columns.entries()) {
    const cell = cells[i] ?? '';
    if (!column || cell === '') continue;
    const { name, holds } = column;
    const message = cellFault(name, holds, cell.trim());
    if (message !== undefined) faults.push({ path: name, message });
    const [first = name, ...rest] = name.split('.');
    put(data, first, rest, valueOf(holds, cell));
  }
  return { data, faults };
}

/** The faults of a row as its cells show them, and those of the fields that are left. */
export function cellFaultsFirst(
  faults: readonly FieldError[],
  errors: readonly FieldError[],
): readonly FieldError[] {
  const told = new Set(faults.map(({ path }) => path));
  return [...faults, ...errors.filter(({ path }) => !told.has(path))];
}

function cellFault(name: string, holds: Column['holds'], cell: string): string | undefined {
  if (/^#(?:N\/A|NV|REF!|VALUE!|NAME\?|DIV\/0!|NULL!|NUM!|#+)$/i.test(cell))
    return 'holds an error of a spreadsheet instead of a value; correct the cell and save again';
  if (/^-?\d+(?:[.,]\d+)?E\+\d{1,3}$/i.test(cell))
    return 'is a number that a spreadsheet shortened to the form 1.23E+11, and its digits are lost; format the column as text, enter it again and save';
  if (holds === 'whole number' && /^-?\d{1,3}(?:[.,'’\p{Zs}]\d{3})+$/u.test(cell))
    return 'must be a whole number in digits alone, without separators for thousands';
  const isDate = /(?:At|On|Through|Until)$/.test(name);
  if (isDate && /^(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b.*|\d{4,5}(?:[.,]\d+)?)$/.test(cell)) {
    const example = name.endsWith('At') ? '2026-11-20T09:30:00Z' : '2026-12-01';
    return `is a date in the form of a spreadsheet, which countries read differently; format the column as text and write it like ${example}`;
  }
  return undefined;
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
      // So sheets keep text from becoming a number: ="00123".
      return /^="([^"]*)"$/.exec(cell)?.[1] ?? cell;
    case 'whole number': {
      // Digits alone: 1.000 is a thousand to some and one to others. 250.0 is what programs write that know no whole numbers.
      const number = cell.trim();
      return /^-?\d{1,15}(?:\.0{1,2})?$/.test(number) ? Number(number) : cell;
    }
    case 'truth value': {
      // Spreadsheets write TRUE and FALSE.
      const lower = cell.trim().toLowerCase();
      return lower === 'true' || lower === 'false' ? lower === 'true' : cell;
    }
    case 'list':
      return cell
        .split(';')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== '');
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
