/** The longest term that can be ordered, in months (rules §1). */
export const longestTermMonths = 120;

/**
 * Months of an ISO 8601 duration of years and months, such as `P1Y`, `P36M` or `P1Y6M`; undefined for anything else and for
 * terms outside 1 to 120 months (rules §1).
 */
export function termMonths(text: string): number | undefined {
  const found = /^P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?$/.exec(text);
  if (!found) return undefined;
  const months = Number(found[1] ?? 0) * 12 + Number(found[2] ?? 0);
  return months >= 1 && months <= longestTermMonths ? months : undefined;
}

/** The one spelling in which a term is kept and compared: `P12M` and `P1Y` are the same term. */
export function canonicalTerm(months: number): string {
  const years = Math.floor(months / 12);
  const rest = months % 12;
  return `P${years > 0 ? `${years}Y` : ''}${rest > 0 ? `${rest}M` : ''}`;
}
