import { noApproval, type Approval } from '#src/domain/approval.ts';
import { daysBetween, type CalendarDate } from '#src/domain/calendar.ts';
import { held, planned, rejected, type Decision } from '#src/domain/decision.ts';
import type { ReturnRequest } from '#src/domain/lifecycle/change-request.ts';
import type { ReplayDifferences } from '#src/domain/lifecycle/replay-differences.ts';
import type { ChangeWindows } from '#src/domain/lifecycle/windows.ts';

/** The message that a return names, as far as it has been decided. */
export interface Returnable {
  /** `upgrade-order`, or the kind of a change request. */
  readonly kind: string;
  readonly status: 'accepted' | 'fulfilled' | 'held' | 'rejected';
  readonly fulfilledOn: CalendarDate;
  /** The request number of the return that took it back, or took it along. */
  readonly returnedBy: string | null;
}

export type ReturnRejection =
  | 'UNKNOWN_ORDER'
  | 'UNKNOWN_CHANGE'
  | 'RETURN_OF_A_RETURN'
  | 'NOT_RETURNABLE'
  | 'ALREADY_RETURNED'
  | 'NOT_FULFILLED';

/** What a return does first: it withdraws what is held, or reverses what was fulfilled. */
export type ReturnStep = 'withdraw' | 'reverse';

/** Whether what is named can be returned at all (rules §8.1, §8.3, §8.4). */
export function checkReturn(
  request: ReturnRequest,
  target: Returnable | undefined,
): Decision<ReturnStep, ReturnRejection, never> {
  const [number, noun] =
    request.order === undefined ? [request.change ?? '', 'change request'] : [request.order, 'order'];
  if (!target)
    return rejected(
      request.order === undefined ? 'UNKNOWN_CHANGE' : 'UNKNOWN_ORDER',
      `There is no ${noun} ${number}; check its number.`,
      { [request.order === undefined ? 'change' : 'order']: number },
    );
  if (target.kind === 'return')
    return rejected('RETURN_OF_A_RETURN', `${number} is a return, and a return stands; order again.`, {
      change: number,
    });
  if (target.kind === 'undo-merge' || target.kind === 'code-replacement')
    return rejected('NOT_RETURNABLE', `${number} is of kind ${target.kind}, which cannot be returned.`, {
      change: number,
      kind: target.kind,
    });
  if (target.returnedBy !== null)
    return rejected('ALREADY_RETURNED', `${number} was returned before, by ${target.returnedBy}.`, {
      number,
      returnedBy: target.returnedBy,
    });
  if (target.status === 'accepted')
    return rejected('NOT_FULFILLED', `${number} is open; it is decided before it can be returned.`, {
      number,
      status: target.status,
    });
  if (target.status === 'rejected')
    return rejected('NOT_FULFILLED', `${number} was rejected; there is nothing to return.`, {
      number,
      status: target.status,
    });
  return planned(target.status === 'held' ? 'withdraw' : 'reverse');
}

/** Later messages that a return re-decides without asking a person (rules §8.3). */
const mostLaterMessages = 200;

/** What a person is told of at most. */
const mostNamed = 10;

/** Whether the replay without the message may stand (rules §8.3, §8.4): rejections first, then what a person decides. */
export function checkReplay(
  { kind, fulfilledOn }: Returnable,
  acceptedOn: CalendarDate,
  differences: ReplayDifferences,
  windows: ChangeWindows,
  approval: Approval = noApproval,
): Decision<'reverse', 'UNDO_MERGE_FIRST', 'RETURN_WINDOW_OVER' | 'LATER_CHANGES'> {
  const [merge] = differences.merges;
  if (merge !== undefined)
    return rejected(
      'UNDO_MERGE_FIRST',
      `Merge request ${merge} has changed the same licenses since; undo it first.`,
      { mergeRequest: merge },
    );
  const age = daysBetween(fulfilledOn, acceptedOn);
  if (age > windows.returnDays && !approval.codes.has('RETURN_WINDOW_OVER'))
    return held(
      'RETURN_WINDOW_OVER',
      `It was fulfilled ${age} days before its return; a ${kind === 'upgrade-order' ? 'return' : `return of a ${kind}`} may come ${windows.returnDays} days after.`,
      { fulfilledOn, days: age, returnDays: windows.returnDays },
    );
  if (approval.codes.has('LATER_CHANGES')) return planned('reverse');
  if (differences.laterMessages > mostLaterMessages)
    return held(
      'LATER_CHANGES',
      `${differences.laterMessages} later messages touch the same key or licenses; more than ${mostLaterMessages} are not re-decided without a person.`,
      { laterMessages: differences.laterMessages },
    );
  if (differences.different.length === 0) return planned('reverse');
  const named = differences.different.slice(0, mostNamed);
  return held(
    'LATER_CHANGES',
    `Without it, later ones would differ: ${named.map(({ name, how }) => `${name} (${how})`).join('; ')}. Approved, their own figures stand.`,
    { different: named.map(({ name, how }) => `${name}: ${how}`), count: differences.different.length },
  );
}
