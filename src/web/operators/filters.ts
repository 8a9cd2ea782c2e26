import { maskCodesIn } from '#src/domain/masked-codes.ts';
import { html, type Html } from '#src/mechanisms/html.ts';

/** What a filter says: nothing, what it means, or a fault in words. */
export interface Filters {
  readonly [name: string]: string;
}

/** The filters of an address, blank ones left out. */
export function filtersOf(query: URLSearchParams, names: readonly string[]): Filters {
  return Object.fromEntries(
    names.flatMap((name) => {
      // A code has no place in an address of ours: what was typed there goes into no link.
      const value = maskCodesIn(query.get(name) ?? '')
        .replaceAll('\0', '')
        .toWellFormed()
        .trim()
        .slice(0, 300);
      return value === '' ? [] : [[name, value]];
    }),
  );
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
): Html {
  const to = (more: Record<string, string>) =>
    `${path}?${new URLSearchParams({ ...filters, ...more }).toString()}`;
  return html`<p class="pages">
    ${after !== undefined && html`<a href="${to({})}">First page</a>`}
    ${next !== null && html`<a href="${to({ after: next })}" rel="next">Next page</a>`}
  </p>`;
}

/** The start of a day, or of the one after, as an instant; undefined for what is no day. */
export function dayStart(day: string | undefined, plusDays = 0): string | undefined {
  if (day === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined;
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) ? undefined : new Date(at + plusDays * 86_400_000).toISOString();
}

export const uuidShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
