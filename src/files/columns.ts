import { z } from 'zod';
import { maskCodesIn } from '#src/domain/masked-codes.ts';
import { plainName } from '#src/domain/typed-text.ts';
import { useCommas } from '#src/files/header.ts';
import { ImportRefusedError } from '#src/files/sentences.ts';

/** A column of a CSV file: a field of the message by its path with dots, `customer.company`. */
export interface Column {
  readonly name: string;
  readonly holds: 'text' | 'whole number' | 'truth value' | 'list';
  readonly required: boolean;
  /** The column that may stand in its place. */
  readonly unless?: string;
}

/** The most column names that a refusal lists. */
const mostListed = 10;

/** The columns that a message's schema asks for, so that the fields are named in one place alone. */
export function columnsOf(schema: z.ZodType): readonly Column[] {
  return leaves(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), '', true);
}

/**
 * The columns in the order of a file's header row, blanks around their names not counted. A column without a name is none: it may be
 * there as long as nothing stands in it, since spreadsheets save more columns than they show.
 * @throws ImportRefusedError that names every column that is unknown, missing or there twice
 */
export function columnsOfHeader(
  file: string,
  known: readonly Column[],
  header: readonly string[],
): readonly (Column | undefined)[] {
  const byName = new Map(known.map((column) => [column.name, column]));
  const names = header.map(plainName);
  const unknown = names.filter((name) => name !== '' && !byName.has(name));
  const twice = names.filter((name, i) => byName.has(name) && names.indexOf(name) !== i);
  const meant = unknown.flatMap((name) => nearest(name, known) ?? []);
  const missing = known
    .filter(({ name, required }) => required && !names.includes(name) && !meant.includes(name))
    .filter(({ unless }) => unless === undefined || (!names.includes(unless) && !meant.includes(unless)))
    .map(({ name }) => name);
  const faults = [
    ...faultOf('has unknown columns', unknown, (name) => suggestion(name, known)),
    ...faultOf('has columns twice', twice),
    ...faultOf('lacks required columns', missing),
  ];
  if (faults.length === 0) return names.map((name) => byName.get(name));
  const hint =
    names.length === 1 && /[;\t|]/.test(names[0] ?? '')
      ? ` This file seems to use another character between its cells. ${useCommas}`
      : ` Its columns may be: ${known.map(({ name }) => name).join(', ')}.`;
  throw new ImportRefusedError(`${file} ${faults.join(', and ')}.${hint}`);
}

function suggestion(name: string, known: readonly Column[]): string {
  const column = nearest(name, known);
  return column === undefined ? '' : ` (did you mean ${column}?)`;
}

/** The column whose name has the same letters, or that is the only one to end in them: `PlacedAt`, `order_number`, `Company`. */
function nearest(name: string, known: readonly Column[]): string | undefined {
  const letters = lettersOf(name);
  const same = known.filter((column) => lettersOf(column.name) === letters);
  const ending = known.filter((column) => lettersOf(column.name.split('.').at(-1) ?? '') === letters);
  const [only, ...others] = same.length > 0 ? same : ending;
  return others.length === 0 ? only?.name : undefined;
}

function lettersOf(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}

function leaves(schema: z.core.JSONSchema._JSONSchema, name: string, required: boolean): readonly Column[] {
  if (typeof schema === 'boolean') return [{ name, holds: 'text', required }];
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices && name === '') return ofChoices(choices.map((choice) => leaves(choice, name, required)));
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

/** The columns of a message of several kinds: what one of them has not is not required. */
function ofChoices(choices: readonly (readonly Column[])[]): readonly Column[] {
  const names = [...new Set(choices.flat().map(({ name }) => name))];
  return names.flatMap((name) => {
    const [first, ...others] = choices.flatMap(
      (columns) => columns.find((column) => column.name === name) ?? [],
    );
    const isEverywhere = others.length + 1 === choices.length;
    const required = isEverywhere && [first, ...others].every((column) => column?.required === true);
    return first ? [{ ...first, required }] : [];
  });
}

const contents: ReadonlyMap<unknown, Column['holds']> = new Map([
  ['integer', 'whole number'],
  ['number', 'whole number'],
  ['boolean', 'truth value'],
  ['array', 'list'],
]);

function faultOf(
  sentence: string,
  names: readonly string[],
  more: (name: string) => string = () => '',
): readonly string[] {
  if (names.length === 0) return [];
  const listed = names
    .slice(0, mostListed)
    .map((name) => `${shown(name)}${more(name)}`)
    .join(', ');
  return [`${sentence}: ${listed}${names.length > mostListed ? ', …' : ''}`];
}

/** A name out of a file that may hold anything, fit for a terminal. */
function shown(name: string): string {
  const text = Array.from(name.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?'));
  return `"${maskCodesIn(text.slice(0, 60).join(''))}"`;
}
