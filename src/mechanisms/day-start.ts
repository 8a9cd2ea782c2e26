/** The start of a day, or of the one after, as an instant; undefined for what is no day. */
export function dayStart(day: string | undefined, plusDays = 0): string | undefined {
  if (day === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined;
  const at = Date.parse(`${day}T00:00:00Z`);
  // The 31st of February is no day, though a computer would count on into March.
  if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(day)) return undefined;
  return new Date(at + plusDays * 86_400_000).toISOString();
}
