const shape = /^([0-9a-f-]{36}) (\d{1,18})$/;

/** A place in the feed as programs outside are given it: it says of which ledger, and nothing that is theirs to read. */
export function eventCursor(ledger: string, place: string): string {
  return Buffer.from(`${ledger} ${place}`).toString('base64url');
}

/** The place that a cursor stands for; `foreign`: it is of another ledger; undefined: it is no cursor of anybody's. */
export function placeOfCursor(
  cursor: string,
  ledger: string,
): { readonly place: string } | 'foreign' | undefined {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const [, whose, place] = shape.exec(text) ?? [];
  if (whose === undefined || place === undefined || eventCursor(whose, place) !== cursor) return undefined;
  return whose === ledger ? { place } : 'foreign';
}
