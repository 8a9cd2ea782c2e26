import { noApproval, type Approval } from '#src/domain/approval.ts';
import type { CalendarDate } from '#src/domain/calendar.ts';
import { maskCode } from '#src/domain/code.ts';
import { planned, rejected, type Decision } from '#src/domain/decision.ts';
import { statusOn } from '#src/domain/license.ts';
import { checkLiving, checkSeats, checkUsable, licensesOf } from '#src/domain/lifecycle/change-checks.ts';
import { changedLine, type ChangePlan } from '#src/domain/lifecycle/change-plan.ts';
import type { SeatsChange } from '#src/domain/lifecycle/change-request.ts';
import type { FoundTarget } from '#src/domain/lifecycle/change-target.ts';

/** The total becomes `seats`, on the key and its licenses; ends stay (rules §8.1). */
export function planSeats(
  request: SeatsChange,
  target: FoundTarget,
  today: CalendarDate,
  approval: Approval = noApproval,
): Decision<
  ChangePlan,
  'KEY_ENDED' | 'LICENSE_MERGED' | 'LICENSE_EXPIRED',
  'LICENSE_NOT_USABLE' | 'SEATS_BELOW_HOLDING'
> {
  const refused =
    checkLiving(target, today) ??
    checkExpired(target, today) ??
    checkUsable(target, approval) ??
    checkSeats(target, request, approval);
  if (refused) return refused;
  const { seats } = request;
  return planned({
    target,
    key: target.what === 'key' ? { ...target.key, seats } : undefined,
    lines: licensesOf(target).map((license) => changedLine(license, { seats })),
  });
}

/** What has lapsed takes a renewal, and no seats before it. */
function checkExpired(target: FoundTarget, today: CalendarDate) {
  const [code, end, isExpired] =
    target.what === 'key'
      ? [target.key.code, target.key.validThrough, target.key.validThrough < today]
      : [
          target.license.activationCode,
          target.license.validThrough,
          statusOn(target.license, today) === 'expired',
        ];
  if (!isExpired) return undefined;
  return rejected('LICENSE_EXPIRED', `${maskCode(code)} ended on ${end}; renew it first.`, {
    code: maskCode(code),
    validThrough: end,
  });
}
