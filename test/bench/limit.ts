import { escapeIdentifier } from 'pg';
import type { Mix } from '#test/bench/messages-mix.ts';
import { rowsOfMix } from '#test/bench/rows-of-mix.ts';
import type { TemplateTable } from '#test/bench/templates.ts';

/** Parents first, so that foreign keys hold at every statement. */
const order = [
  'account',
  'message',
  'registration_key',
  'license',
  'license_grant',
  'registration_key_grant',
  'certificate',
  'event',
];

/**
 * The script that writes the rows of the mix's messages by SQL alone, generated from what the product wrote: 100 messages a transaction
 * with one statement per table, or one message a transaction.
 * @param clients of pgbench: each takes every `clients`-th transaction or message
 */
export function limitScript(
  mix: Mix,
  templates: readonly TemplateTable[],
  clients: number,
  single: boolean,
): string {
  const unknown = templates.find(({ table }) => !order.includes(table));
  if (unknown) throw new Error(`The product writes ${unknown.table} now: add it to the SQL of the limits.`);
  const sorted = templates.toSorted((a, b) => order.indexOf(a.table) - order.indexOf(b.table));
  return [
    `\\set turn :i * ${clients} + :client_id`,
    '\\set i :i + 1',
    single ? '\\set n :turn / 100' : '\\set n :turn',
    single ? '\\set k :turn % 100' : '',
    'begin;',
    ...sorted.map((template) => statementOf(mix, template, single)),
    'commit;',
  ].join('\n');
}

function statementOf(
  mix: Mix,
  { table, change, rows, key, columns }: TemplateTable,
  single: boolean,
): string {
  const value = (column: string) =>
    rowsOfMix[mix].expressions[`${table}.${column}`] ?? `row.${escapeIdentifier(column)}`;
  const names = columns.map((column) => escapeIdentifier(column));
  const only = single ? 'row.k = :k' : 'true';
  if (change === 'insert')
    return `insert into ${table} (${names.join(', ')}) select ${columns.map(value).join(', ')} from ${rows} as row where ${only} order by row.place;`;
  const set = columns.map((column) => `${escapeIdentifier(column)} = ${value(column)}`).join(', ');
  const where = key.map((column) => `${table}.${escapeIdentifier(column)} = ${value(column)}`).join(' and ');
  return `update ${table} set ${set} from ${rows} as row where ${where} and ${only};`;
}
