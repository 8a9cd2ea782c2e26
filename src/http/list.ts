import { z } from 'zod';
import { invalid } from '#src/http/problems/problem.ts';

/** A whole number in a query, in plain digits: what else JavaScript takes for a number (`0x1`, `1e1`, blanks) is none. */
export function wholeNumber(least: number, most: number) {
  return z.preprocess(
    (text) =>
      typeof text === 'string' ? (/^-?\d{1,15}(?:\.\d{1,15})?$/.test(text) ? Number(text) : NaN) : text,
    z
      .number('must be a number')
      .int('must be a whole number')
      .min(least, `must be at least ${least}`)
      .max(most, `must be at most ${most}`),
  );
}

/** Query parameters that every list takes. */
export const pageQuery = pageQueryUpTo(100, 50);

/** The same with other numbers of items. */
export function pageQueryUpTo(most: number, usual: number) {
  return {
    limit: wholeNumber(1, most).default(usual).meta({ description: 'Items at most.' }),
    cursor: z
      .string()
      .min(1, 'must not be empty')
      .max(300, 'is no cursor of ours')
      .optional()
      .meta({ description: 'The `next` of the page before; the other parameters must be the same.' }),
  };
}

/** What every list answers. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z
      .string()
      .nullable()
      .meta({ description: 'The cursor of the next page; null when there is nothing more at the moment.' }),
  });
}

/** @param position what the next page begins after; opaque outside */
export function cursorOf(position: string): string {
  return Buffer.from(position, 'utf8').toString('base64url');
}

/** @throws ProblemError 400 when the text was never given out as a cursor of such positions */
export function positionOf(cursor: string | undefined, shape: RegExp): string | undefined {
  if (cursor === undefined) return undefined;
  const position = Buffer.from(cursor, 'base64url').toString('utf8');
  if (shape.test(position) && cursorOf(position) === cursor) return position;
  throw unknownCursor();
}

export function unknownCursor(name = 'cursor') {
  return invalid('INVALID_QUERY', [{ path: name, message: 'is no cursor of this list' }]);
}

/** A page out of one item more than was asked for. */
export function page<Item>(
  found: readonly Item[],
  limit: number,
  positionAfter: (last: Item) => string,
): { readonly items: readonly Item[]; readonly next: string | null } {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? cursorOf(positionAfter(last)) : null };
}
