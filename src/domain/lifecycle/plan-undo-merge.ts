import { noApproval, type Approval } from '#src/domain/approval.ts';
import { daysBetween, type CalendarDate } from '#src/domain/calendar.ts';
import { held, planned, rejected, type Decision } from '#src/domain/decision.ts';
import type { UndoMergeRequest } from '#src/domain/lifecycle/change-request.ts';
import type { ChangeWindows } from '#src/domain/lifecycle/windows.ts';

/** The merge that an undoing names, with what came after it on anything that it touched. */
export interface UndoableMerge {
  readonly status: 'fulfilled' | 'held' | 'rejected';
  readonly fulfilledOn: CalendarDate;
  /** The request number that undid it. */
  readonly undoneBy: string | null;
  readonly later: readonly LaterMessage[];
  /** Whether everything that it changed was written down, so that it can be put back exactly. */
  readonly isRecorded: boolean;
}

export interface LaterMessage {
  /** For people: `order PO-7`. */
  readonly name: string;
  readonly kind: string;
}

/** Only when nothing came after it on any of them (rules §8.1); `despiteLater` passes what cannot be returned (§8.4). */
export function planUndoMerge(
  request: UndoMergeRequest,
  merge: UndoableMerge | undefined,
  acceptedOn: CalendarDate,
  windows: ChangeWindows,
  approval: Approval = noApproval,
): Decision<
  'undo',
  'UNKNOWN_MERGE' | 'NOT_FULFILLED' | 'ALREADY_UNDONE' | 'MERGE_BUILT_UPON',
  'UNDO_WINDOW_OVER' | 'LATER_CHANGES'
> {
  const number = request.mergeRequest;
  if (!merge)
    return rejected('UNKNOWN_MERGE', `There is no merge request ${number}; check its number.`, {
      mergeRequest: number,
    });
  if (merge.status !== 'fulfilled')
    return rejected(
      'NOT_FULFILLED',
      `Merge request ${number} is ${merge.status}; there is nothing to undo.`,
      {
        mergeRequest: number,
        status: merge.status,
      },
    );
  if (merge.undoneBy !== null)
    return rejected('ALREADY_UNDONE', `Merge request ${number} was undone before, by ${merge.undoneBy}.`, {
      mergeRequest: number,
      undoneBy: merge.undoneBy,
    });
  const inTheWay = merge.later.filter(({ kind }) => !(request.despiteLater && passable.has(kind)));
  if (inTheWay.length > 0) {
    const names = inTheWay.slice(0, 10).map(({ name }) => name);
    const sentence = `Later ones build upon it: ${names.join(', ')}; return them first, the last one before the others.`;
    return rejected('MERGE_BUILT_UPON', sentence, { mergeRequest: number, later: names });
  }
  const age = daysBetween(merge.fulfilledOn, acceptedOn);
  if (age > windows.undoMergeDays && !approval.codes.has('UNDO_WINDOW_OVER'))
    return held(
      'UNDO_WINDOW_OVER',
      `The merge was fulfilled ${age} days before; undoing may come ${windows.undoMergeDays} days after.`,
      { fulfilledOn: merge.fulfilledOn, days: age, undoMergeDays: windows.undoMergeDays },
    );
  if (!merge.isRecorded && !approval.codes.has('LATER_CHANGES'))
    return held(
      'LATER_CHANGES',
      'The merge was made before changes were written down in full: what it changed cannot be put back exactly. Approved, seats, dates and status are.',
      { mergeRequest: number },
    );
  return planned('undo');
}

/** What came after a merge and cannot be returned. */
const passable = new Set(['suspension', 'resumption', 'code-replacement']);
