import type { Approval } from '#src/domain/approval.ts';
import type { CalendarDate } from '#src/domain/calendar.ts';
import { maskCode } from '#src/domain/code.ts';
import { held, rejected } from '#src/domain/decision.ts';
import { isEnded } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';
import { isServed } from '#src/domain/lifecycle/change-plan.ts';
import type { FoundTarget } from '#src/domain/lifecycle/change-target.ts';

/** The licenses that the change is about. */
export function licensesOf(target: FoundTarget): readonly License[] {
  return target.what === 'key' ? target.licenses.filter(isServed) : [target.license];
}

/** A key that takes nothing more, or a license that lives on in another. */
export function checkLiving(target: FoundTarget, today: CalendarDate) {
  if (target.what === 'key') {
    if (!isEnded(target.key, today)) return undefined;
    const code = maskCode(target.key.code);
    return rejected('KEY_ENDED', `Registration Key ${code} has ended; order the suite again.`, {
      registrationKey: code,
      endedOn: target.key.endedOn,
    });
  }
  return checkNotMerged(target);
}

export function checkNotMerged(target: FoundTarget) {
  if (target.what === 'key' || target.license.status !== 'merged') return undefined;
  const [code, survivor] = [
    maskCode(target.license.activationCode),
    maskCode(target.survivor.activationCode),
  ];
  return rejected('LICENSE_MERGED', `${code} was merged into ${survivor}; name that one instead.`, {
    activationCode: code,
    survivor,
  });
}

/** Suspended or revoked licenses; an approval applies the figures and leaves the status (rules §8.4). */
export function checkUsable(target: FoundTarget, approval: Approval) {
  const license = licensesOf(target).find(({ status }) => status === 'suspended' || status === 'revoked');
  if (!license || approval.codes.has('LICENSE_NOT_USABLE')) return undefined;
  const code = maskCode(license.activationCode);
  return held('LICENSE_NOT_USABLE', `License ${code} is ${license.status}; a person has to decide.`, {
    activationCode: code,
    status: license.status,
  });
}

/** Fewer seats than there are now, on the target or on one of its licenses. */
export function checkSeats(
  target: FoundTarget,
  { seats, allowFewerSeats }: { readonly seats?: number | undefined; readonly allowFewerSeats: boolean },
  approval: Approval,
) {
  if (seats === undefined || allowFewerSeats || approval.codes.has('SEATS_BELOW_HOLDING')) return undefined;
  const own = target.what === 'key' ? [target.key.seats] : [];
  const present = Math.max(...own, ...licensesOf(target).map((license) => license.seats));
  if (seats >= present) return undefined;
  return held(
    'SEATS_BELOW_HOLDING',
    `The request says ${seats} seats in all, but there are ${present}; approve, or ask with "allowFewerSeats".`,
    { seats, presentSeats: present },
  );
}
