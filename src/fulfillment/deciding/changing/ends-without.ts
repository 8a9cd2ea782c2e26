import { earlierOf, laterOf, type CalendarDate } from '#src/domain/calendar.ts';
import type { FoundTarget } from '#src/domain/lifecycle/change-target.ts';
import type { ChangeMaterial } from '#src/fulfillment/deciding/changing/material.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';

/**
 * For each license of a key the end that it would have without the key: the latest that anything else gave it and that still stands
 * (rules §8.4). A grant says the end that there was after it: that of another key counts as far as that key reaches today, any other
 * where it moved the end.
 */
export function endsWithout(
  set: WorkingSet,
  target: FoundTarget,
  { history }: ChangeMaterial,
): ReadonlyMap<string, CalendarDate> {
  const ends = new Map<string, CalendarDate>();
  if (target.what === 'license' || !history) return ends;
  const own = new Set([target.key.id, ...set.aliasesOf(target.key.id).map(({ id }) => id)]);
  for (const { id } of target.licenses) {
    let before: CalendarDate | undefined;
    for (const { cause, registrationKey, validThrough } of history.licenses.get(id) ?? []) {
      const isMoved = validThrough !== before;
      before = validThrough;
      if (history.gone.has(cause) || (registrationKey !== null && own.has(registrationKey))) continue;
      if (registrationKey === null && !isMoved) continue;
      const reach = registrationKey === null ? undefined : set.key(registrationKey)?.validThrough;
      const end = reach === undefined ? validThrough : earlierOf(validThrough, reach);
      ends.set(id, laterOf(ends.get(id) ?? end, end));
    }
  }
  return ends;
}
