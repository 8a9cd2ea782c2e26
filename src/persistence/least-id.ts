/** The least id that can have been made at this instant: ids begin with the milliseconds of their making. */
export function leastIdOf(instant: string): string {
  const hex = Math.max(0, Date.parse(instant)).toString(16).padStart(12, '0').slice(-12);
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
