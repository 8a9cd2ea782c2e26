import { maskCodesIn, maskCodesInValue } from '#src/domain/masked-codes.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { printable, shortened } from '#src/mechanisms/printable.ts';
import { attribute } from '#src/web/frame.ts';

/** A text of strangers in one line: codes masked, and nothing in it that turns the direction of writing or is not seen. */
export function plain(text: string | null | undefined): string {
  return text === null || text === undefined ? '' : printable(maskCodesIn(text));
}

/** A moment, to the second, UTC. */
export function when(at: string | null | undefined): Html {
  if (at === null || at === undefined) return { html: '' };
  const instant = new Date(at).toISOString();
  return html`<time class="date" datetime="${instant}">${instant.slice(0, 19).replace('T', ' ')}</time>`;
}

/** JSON for people, codes masked. */
export function jsonShown(value: unknown, indent = 0): string {
  return JSON.stringify(maskCodesInValue(value), null, indent)
    .split('\n')
    .map((line) => printable(line))
    .join('\n');
}

/** What is known of something, in one line: `from: northwind; to: none`. */
export function factsShown(facts: Readonly<Record<string, unknown>> | null | undefined): string {
  return Object.entries(facts ?? {})
    .filter(([, value]) => !Array.isArray(value) || value.length > 0)
    .map(([name, value]) => `${plain(name)}: ${factShown(value)}`)
    .join('; ');
}

function factShown(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'string') return plain(value);
  if (Array.isArray(value) && value.every((one) => typeof one === 'string'))
    return value.map((one) => plain(one)).join(', ');
  return jsonShown(value);
}

/** A company in a list: a page says it in full. */
export function companyShown(company: string | null | undefined): string {
  return shortened(plain(company), 80);
}

export function accountLink(account: string | null | undefined): Html {
  if (account === null || account === undefined) return { html: '' };
  return html`<a href="/ops/accounts/${encodeURIComponent(account)}">${account}</a>`;
}

export function messageLink(id: string, text: string): Html {
  return html`<a href="/ops/messages/${id}">${plain(text)}</a>`;
}

const looks: Readonly<Record<string, string>> = {
  fulfilled: 'good',
  held: 'new',
  rejected: 'bad',
  active: 'good',
  sent: 'good',
  failed: 'bad',
  delivered: 'good',
  enabled: 'good',
  failing: 'bad',
  disabled: 'bad',
};

export function tag(text: string): Html {
  return html`<span class="tag ${looks[text] ?? 'plain'}">${text}</span>`;
}

export type Cell = string | number | Html | null | undefined;

/** Wider than a column: it may be broken anywhere, so that the table stays on the page. Reason codes and kinds of events are shorter. */
const longWord = /[^\s-]{27}/;

export interface TableOptions {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Said instead of an empty table. */
  readonly none: string;
}

/** A table whose rows become cards on a narrow screen. The first cell is the row's heading; columns of numbers stand at the right. */
export function tableOf({ caption, head, rows, none }: TableOptions): Html {
  if (rows.length === 0) return html`<p class="muted">${none}</p>`;
  const isLong = (cell: Cell) => {
    const text =
      typeof cell === 'object' && cell !== null ? cell.html.replaceAll(/<[^>]*>/g, ' ') : String(cell);
    return longWord.test(text);
  };
  const isNumbers = (column: number) => rows.every((cells) => typeof cells[column] === 'number');
  const look = (column: number, cell?: Cell) =>
    isNumbers(column) ? attribute('class', 'number') : isLong(cell) && attribute('class', 'long');
  return html`<table class="cards">
    <caption class="tiny">
      ${caption}
    </caption>
    <thead>
      <tr>
        ${head.map((title, column) => html`<th scope="col" ${look(column)}>${title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ([first, ...cells]) =>
          html`<tr>
            <th scope="row" ${isLong(first) && attribute('class', 'long')}>${first}</th>
            ${cells.map((cell, i) => html`<td data-label="${head[i + 1] ?? ''}" ${look(i + 1, cell)}>${cell}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** Pairs of what is known; those without a value are left out. */
export function pairs(entries: readonly (readonly [string, Cell])[]): Html {
  return html`<dl class="pairs">
    ${entries.flatMap(([term, value]) =>
      value === undefined || value === null || value === ''
        ? []
        : [
            html`<div>
              <dt>${term}</dt>
              <dd>${value}</dd>
            </div>`,
          ],
    )}
  </dl>`;
}
