import { maskCodesIn } from '#src/domain/masked-codes.ts';
import { dayStart } from '#src/mechanisms/day-start.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { printable } from '#src/mechanisms/printable.ts';
import type { Fault } from '#src/web/controls.ts';

/** What the filters of a list say, by name. */
export interface Filters {
  readonly [name: string]: string;
}

/** The filters of an address, blank ones left out. */
export function filtersOf(query: URLSearchParams, names: readonly string[]): Filters {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = printable((query.get(name) ?? '').trim().slice(0, 300));
      return value === '' ? [] : [[name, value]];
    }),
  );
}

/** What of the filters cannot be: a day that is none, a choice that is not offered. Every address can be typed by hand. */
export function filterFaults(
  filters: Filters,
  choices: Readonly<Record<string, readonly string[]>>,
): readonly Fault[] {
  const days = ['from', 'to'].flatMap((field) =>
    filters[field] !== undefined && dayStart(filters[field]) === undefined
      ? [{ field, message: 'Enter a day such as 2026-11-28.' }]
      : [],
  );
  const chosen = Object.entries(choices).flatMap(([field, offered]) =>
    filters[field] !== undefined && !offered.includes(filters[field])
      ? [{ field, message: `Choose one of ${offered.join(', ')}.` }]
      : [],
  );
  return [...chosen, ...days];
}

/** A filter that is one of the choices. */
export function chosen<Choice extends string>(
  offered: readonly Choice[],
  value: string | undefined,
): Choice | undefined {
  return offered.find((one) => one === value);
}

/** The query of an address with every code in it masked, where it holds one: a code has no place in an address of ours. */
export function withoutCodes(query: URLSearchParams): string | undefined {
  const shown = new URLSearchParams(
    [...query].map(([name, value]): [string, string] => [name, maskCodesIn(value)]),
  ).toString();
  return shown === query.toString() ? undefined : shown;
}

/** The form of filters: it is sent by GET, so that a filtered list has an address. */
export function filterForm(action: string, fields: readonly Html[]): Html {
  return html`<form method="get" action="${action}" class="filters" novalidate>
    ${fields}
    <button type="submit">Filter</button>
  </form>`;
}

/** Links of a list's pages. */
export function pageLinks(
  path: string,
  filters: Filters,
  after: string | undefined,
  next: string | null,
  nextText = 'Next page',
): Html {
  const to = (more: Record<string, string>) =>
    `${path}?${new URLSearchParams({ ...filters, ...more }).toString()}`;
  return html`<p class="pages">
    ${after !== undefined && html`<a href="${to({})}">First page</a>`}
    ${next !== null && html`<a href="${to({ after: next })}" rel="next">${nextText}</a>`}
  </p>`;
}

export const uuidShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
