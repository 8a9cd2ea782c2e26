import { describe, expect, test } from 'vitest';
import { addDays } from '#src/domain/calendar.ts';
import type { ReturnRequest, UndoMergeRequest } from '#src/domain/lifecycle/change-request.ts';
import { checkReplay, checkReturn, type Returnable } from '#src/domain/lifecycle/plan-return.ts';
import { planUndoMerge, type UndoableMerge } from '#src/domain/lifecycle/plan-undo-merge.ts';
import {
  howItDiffers,
  isRebased,
  type ReplayDifferences,
  type ReplayedEnding,
} from '#src/domain/lifecycle/replay-differences.ts';
import { defaultChangeWindows as windows } from '#src/domain/lifecycle/windows.ts';
import { today } from '#test/domain/examples.ts';
import { approving, head } from '#test/domain/lifecycle/targets.ts';
import { planOf, reasonOf, verdict } from '#test/domain/verdict.ts';

const ofOrder: ReturnRequest = { ...head, kind: 'return', order: 'PO-1' };
const ofChange: ReturnRequest = { ...head, kind: 'return', change: 'CR-0' };

const fulfilled = (changes: Partial<Returnable> = {}): Returnable => ({
  kind: 'upgrade-order',
  status: 'fulfilled',
  fulfilledOn: today,
  returnedBy: null,
  ...changes,
});

const none: ReplayDifferences = { merges: [], different: [], rebased: [], laterMessages: 0 };

describe('a return', () => {
  test.each<[string, ReturnRequest, Returnable | undefined]>([
    ['rejected UNKNOWN_ORDER', ofOrder, undefined],
    ['rejected UNKNOWN_CHANGE', ofChange, undefined],
    ['rejected UNKNOWN_CHANGE', { ...head, kind: 'return' }, undefined],
    ['rejected RETURN_OF_A_RETURN', ofChange, fulfilled({ kind: 'return' })],
    ['rejected NOT_RETURNABLE', ofChange, fulfilled({ kind: 'undo-merge' })],
    ['rejected NOT_RETURNABLE', ofChange, fulfilled({ kind: 'code-replacement' })],
    ['rejected ALREADY_RETURNED', ofOrder, fulfilled({ returnedBy: 'CR-9' })],
    ['rejected NOT_FULFILLED', ofOrder, fulfilled({ status: 'accepted' })],
    ['rejected NOT_FULFILLED', ofOrder, fulfilled({ status: 'rejected' })],
  ])('is %s', (expected, request, target) => {
    expect(verdict(checkReturn(request, target))).toBe(expected);
  });

  test('withdraws what is held and reverses what was fulfilled', () => {
    expect(planOf(checkReturn(ofOrder, fulfilled({ status: 'held' })))).toBe('withdraw');
    expect(planOf(checkReturn(ofChange, fulfilled({ kind: 'seats' })))).toBe('reverse');
  });

  test('names the first return', () => {
    const reason = reasonOf(checkReturn(ofOrder, fulfilled({ returnedBy: 'CR-9' })));
    expect(reason.details).toMatchObject({ returnedBy: 'CR-9' });
  });

  const old = fulfilled({ fulfilledOn: addDays(today, -15) });
  const different = [{ name: 'order PO-2', how: 'would be held, SEATS_BELOW_HOLDING' }];
  test.each<[string, Returnable, Partial<ReplayDifferences>, readonly string[]]>([
    ['planned', fulfilled(), {}, []],
    ['planned', fulfilled({ fulfilledOn: addDays(today, -14) }), {}, []],
    ['held RETURN_WINDOW_OVER', old, {}, []],
    ['held RETURN_WINDOW_OVER', { ...old, kind: 'seats' }, {}, []],
    ['planned', old, {}, ['RETURN_WINDOW_OVER']],
    ['held LATER_CHANGES', old, { different }, ['RETURN_WINDOW_OVER']],
    [
      'rejected UNDO_MERGE_FIRST',
      old,
      { merges: ['MR-1'], different },
      ['RETURN_WINDOW_OVER', 'LATER_CHANGES'],
    ],
    ['held LATER_CHANGES', fulfilled(), { laterMessages: 201 }, []],
    ['planned', fulfilled(), { laterMessages: 200 }, []],
    ['planned', fulfilled(), { different, laterMessages: 201 }, ['LATER_CHANGES']],
  ])('is %s when its replay is looked at', (expected, target, differences, approved) => {
    const decision = checkReplay(target, today, { ...none, ...differences }, windows, approving(...approved));
    expect(verdict(decision)).toBe(expected);
  });

  test('names ten of those that would differ, and how', () => {
    const many = Array.from({ length: 12 }, (_, i) => ({ name: `order PO-${i}`, how: 'would be rejected' }));
    const { details } = reasonOf(checkReplay(fulfilled(), today, { ...none, different: many }, windows));
    expect(details['different']).toHaveLength(10);
    expect(details['count']).toBe(12);
  });
});

describe('a later message in a replay', () => {
  const line = {
    pid: '100101EN01',
    action: 'retained',
    activationCode: 'OS-1',
    seats: 5,
    validThrough: today,
  };
  const before: ReplayedEnding = { status: 'fulfilled', seats: 5, validThrough: today, lines: [line] };
  const replayed = (after: Partial<ReplayedEnding> | undefined, kind = 'upgrade-order') => ({
    name: 'order PO-2',
    kind,
    before,
    after: after && { ...before, ...after },
  });

  test.each<[string | undefined, boolean, ReturnType<typeof replayed>]>([
    [undefined, false, replayed({})],
    [undefined, false, replayed(undefined)],
    [undefined, true, replayed({ validThrough: '2030-01-01' })],
    [undefined, true, replayed({ lines: [{ ...line, seats: 6 }] })],
    [undefined, false, replayed({ lines: [{ ...line, seats: 6 }] }, 'registration')],
    ['would have other lines', true, replayed({ lines: [] })],
    ['would have other lines', false, replayed({ lines: [{ ...line, action: 'issued' }] })],
    ['would be held, X', false, replayed({ status: 'held', code: 'X' })],
    ['would be rejected', false, replayed({ status: 'rejected' })],
  ])('differs: %s; is rebased: %s', (how, rebased, message) => {
    expect(howItDiffers(message)).toBe(how);
    expect(isRebased(message)).toBe(rebased);
  });

  test('a change that changes nothing without the returned one has the same lines', () => {
    const changed = { ...before, lines: [{ ...line, action: 'changed' }] };
    const unchanged = { ...before, lines: [{ ...line, action: 'unchanged' }] };
    expect(
      howItDiffers({ name: 'x', kind: 'change-request', before: changed, after: unchanged }),
    ).toBeUndefined();
  });
});

describe('undoing a merge', () => {
  const request: UndoMergeRequest = {
    ...head,
    kind: 'undo-merge',
    mergeRequest: 'MR-1',
    despiteLater: false,
  };
  const merge = (changes: Partial<UndoableMerge> = {}): UndoableMerge => ({
    status: 'fulfilled',
    fulfilledOn: today,
    undoneBy: null,
    later: [],
    isRecorded: true,
    ...changes,
  });
  const suspension = { name: 'suspension CR-2', kind: 'suspension' };
  const order = { name: 'order PO-2', kind: 'upgrade-order' };

  test.each<[string, UndoMergeRequest, UndoableMerge | undefined, readonly string[]]>([
    ['planned', request, merge(), []],
    ['rejected UNKNOWN_MERGE', request, undefined, []],
    ['rejected NOT_FULFILLED', request, merge({ status: 'held' }), []],
    ['rejected ALREADY_UNDONE', request, merge({ undoneBy: 'CR-9' }), []],
    ['rejected MERGE_BUILT_UPON', request, merge({ later: [suspension] }), []],
    ['planned', { ...request, despiteLater: true }, merge({ later: [suspension] }), []],
    [
      'rejected MERGE_BUILT_UPON',
      { ...request, despiteLater: true },
      merge({ later: [suspension, order] }),
      [],
    ],
    ['planned', request, merge({ fulfilledOn: addDays(today, -14) }), []],
    ['held UNDO_WINDOW_OVER', request, merge({ fulfilledOn: addDays(today, -15) }), []],
    ['planned', request, merge({ fulfilledOn: addDays(today, -15) }), ['UNDO_WINDOW_OVER']],
    ['held LATER_CHANGES', request, merge({ isRecorded: false }), []],
    ['planned', request, merge({ isRecorded: false }), ['LATER_CHANGES']],
  ])('is %s', (expected, asked, found, approved) => {
    expect(verdict(planUndoMerge(asked, found, today, windows, approving(...approved)))).toBe(expected);
  });
});
