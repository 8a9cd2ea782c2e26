import type { CalendarDate } from '#src/domain/calendar.ts';
import type { Reason } from '#src/domain/decision.ts';
import { replaced } from '#src/domain/lifecycle/change-target.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';

/** The codes, those that were replaced and still resolve as the newest in their place; all others as they are (rules §8.4). */
export function resolving(set: WorkingSet, codes: readonly string[], today: CalendarDate): readonly string[] {
  return codes.map((code) => {
    const retired = set.retiredCode(code);
    return retired && replaced(retired, 'activationCode', today) === undefined ? retired.newest : code;
  });
}

/** `CODE_REPLACED` when one of the codes was, in this account: to others it is unknown (rules §8.4). */
export function replacedCode(
  set: WorkingSet,
  codes: readonly string[],
  account: string | undefined,
  today: CalendarDate,
): Reason<'CODE_REPLACED'> | undefined {
  for (const code of codes) {
    if (set.licenseByCode(code)?.account !== account) continue;
    const gone = replaced(set.retiredCode(code), 'activationCode', today);
    if (gone) return gone.reason;
  }
  return undefined;
}
