import { describe, expect, test } from 'vitest';
import { addDays } from '#src/domain/calendar.ts';
import type { Renewal, SeatsChange } from '#src/domain/lifecycle/change-request.ts';
import type { FoundTarget } from '#src/domain/lifecycle/change-target.ts';
import { planCancellation } from '#src/domain/lifecycle/plan-cancellation.ts';
import { planCodeReplacement } from '#src/domain/lifecycle/plan-code-replacement.ts';
import { planRenewal } from '#src/domain/lifecycle/plan-renewal.ts';
import { planSeats } from '#src/domain/lifecycle/plan-seats.ts';
import { planSuspension } from '#src/domain/lifecycle/plan-suspension.ts';
import { defaultChangeWindows as windows } from '#src/domain/lifecycle/windows.ts';
import { aLicense, today, yesterday } from '#test/domain/examples.ts';
import { approving, head, keyTarget, licenseTarget } from '#test/domain/lifecycle/targets.ts';
import { planOf, reasonOf, verdict } from '#test/domain/verdict.ts';

const ended = { endedOn: today, endedBy: 'change-1' };
const merged = { status: 'merged', mergedInto: 'license-0' } as const;
const days = { today, acceptedOn: today };

describe('a change of seats', () => {
  const seats = (changes: Partial<SeatsChange> = {}): SeatsChange => ({
    ...head,
    kind: 'seats',
    seats: 300,
    allowFewerSeats: false,
    ...changes,
  });

  test('sets the total on the key and on every license that it serves', () => {
    const served = aLicense({ seats: 250 });
    const gone = [aLicense(merged), aLicense({ status: 'revoked', revokedBy: 'return-1' })];
    const plan = planOf(planSeats(seats(), keyTarget({}, [served, ...gone]), today));
    expect(plan.key).toMatchObject({ seats: 300, validThrough: addDays(today, 60) });
    expect(plan.lines).toMatchObject([{ action: 'changed', license: served, seats: 300 }]);
  });

  test('of one license leaves its key alone; the same total changes nothing', () => {
    const plan = planOf(planSeats(seats({ seats: 200 }), licenseTarget({ seats: 200 }), today));
    expect(plan).toMatchObject({ key: undefined, lines: [{ action: 'unchanged', seats: 200 }] });
  });

  test.each<[string, FoundTarget, Partial<SeatsChange>]>([
    ['rejected KEY_ENDED', keyTarget(ended), {}],
    ['planned', keyTarget({ endedOn: addDays(today, 1), endedBy: 'x' }), {}],
    ['rejected LICENSE_EXPIRED', keyTarget({ validThrough: yesterday }), {}],
    ['rejected LICENSE_MERGED', licenseTarget(merged), {}],
    ['rejected LICENSE_EXPIRED', licenseTarget({ validThrough: yesterday }), {}],
    ['held LICENSE_NOT_USABLE', licenseTarget({ status: 'suspended' }), {}],
    ['held LICENSE_NOT_USABLE', keyTarget({}, [aLicense({ status: 'revoked' })]), { seats: 1 }],
    ['held SEATS_BELOW_HOLDING', licenseTarget({ seats: 301 }), {}],
    ['held SEATS_BELOW_HOLDING', keyTarget({ seats: 301 }), {}],
    ['held SEATS_BELOW_HOLDING', keyTarget({ seats: 1 }, [aLicense({ seats: 301 })]), {}],
    ['planned', licenseTarget({ seats: 301 }), { allowFewerSeats: true }],
  ])('is %s', (expected, target, changes) => {
    expect(verdict(planSeats(seats(changes), target, today))).toBe(expected);
  });

  test('an approval applies the figures and leaves the status', () => {
    const target = licenseTarget({ status: 'suspended', seats: 301 });
    expect(verdict(planSeats(seats(), target, today, approving('LICENSE_NOT_USABLE')))).toBe(
      'held SEATS_BELOW_HOLDING',
    );
    const both = approving('LICENSE_NOT_USABLE', 'SEATS_BELOW_HOLDING');
    expect(planOf(planSeats(seats(), target, today, both)).lines).toMatchObject([
      { action: 'changed', seats: 300, status: 'suspended' },
    ]);
  });

  test('names the survivor of a merged license, masked', () => {
    const target = licenseTarget(merged);
    const reason = reasonOf(planSeats(seats(), target, today));
    expect(reason.details['survivor']).toMatch(/…/);
  });
});

describe('a renewal', () => {
  const renewal = (changes: Partial<Renewal> = {}): Renewal => ({
    ...head,
    kind: 'renewal',
    allowFewerSeats: false,
    ...('validThrough' in changes ? {} : { term: 'P1Y' }),
    ...changes,
  });

  test('of a key counts from its anchor; its licenses get the later end, trials become full', () => {
    const own = aLicense({ validThrough: '2030-01-01', anchor: '2029-01-02' });
    const trial = aLicense({ validThrough: '2030-01-01', edition: 'trial', seats: 5 });
    const lapsed = aLicense({ validThrough: yesterday, status: 'expired' });
    const plan = planOf(planRenewal(renewal(), keyTarget({}, [own, trial, lapsed]), days, windows));
    const end = { validThrough: '2027-08-14', anchor: '2025-08-15' };
    expect(plan.key).toMatchObject({ ...end, seats: 250 });
    expect(plan.lines).toMatchObject([
      { action: 'unchanged', validThrough: '2030-01-01', anchor: '2029-01-02' },
      { action: 'changed', ...end, edition: 'full', seats: 5 },
      { action: 'changed', ...end, status: 'active' },
    ]);
  });

  test('of a license moves to a date, and takes seats with it', () => {
    const request = renewal({ validThrough: '2028-03-31', seats: 300 });
    expect(planOf(planRenewal(request, licenseTarget(), days, windows))).toMatchObject({
      key: undefined,
      lines: [{ validThrough: '2028-03-31', anchor: null, seats: 300 }],
    });
  });

  test('clears an end that a cancellation set for a later day', () => {
    const target = keyTarget({ endedOn: addDays(today, 1), endedBy: 'x', seats: 10 });
    const plan = planOf(planRenewal(renewal({ seats: 20 }), target, days, windows));
    expect(plan.key).toMatchObject({ endedOn: null, endedBy: null, seats: 20 });
  });

  test.each<[string, FoundTarget, Partial<Renewal>]>([
    ['rejected KEY_ENDED', keyTarget(ended), {}],
    ['rejected LICENSE_MERGED', licenseTarget(merged), {}],
    ['rejected TERM_ALREADY_OVER', licenseTarget({ validThrough: addDays(today, -60) }), { term: 'P1M' }],
    ['rejected NOT_LATER', licenseTarget(), { validThrough: addDays(today, 60) }],
    ['rejected NOT_LATER', licenseTarget(), { validThrough: undefined }],
    ['planned', licenseTarget(), { validThrough: addDays(today, 61) }],
    ['planned', licenseTarget({ validThrough: addDays(today, 90) }), {}],
    ['held RENEWAL_TOO_EARLY', licenseTarget({ validThrough: addDays(today, 91) }), {}],
    ['planned', licenseTarget({ validThrough: addDays(today, -90) }), {}],
    ['held RENEWAL_TOO_LATE', licenseTarget({ validThrough: addDays(today, -91) }), {}],
    ['held LICENSE_NOT_USABLE', licenseTarget({ status: 'suspended' }), {}],
    ['held SEATS_BELOW_HOLDING', licenseTarget({ seats: 301 }), { seats: 300 }],
    ['planned', licenseTarget({ seats: 301 }), { seats: 300, allowFewerSeats: true }],
  ])('is %s', (expected, target, changes) => {
    expect(verdict(planRenewal(renewal(changes), target, days, windows))).toBe(expected);
  });

  test('looks at the day of acceptance, whenever it is decided', () => {
    const target = licenseTarget({ validThrough: addDays(today, 90) });
    const early = { today, acceptedOn: addDays(today, -1) };
    expect(verdict(planRenewal(renewal(), target, early, windows))).toBe('held RENEWAL_TOO_EARLY');
    const approved = planRenewal(renewal(), target, early, windows, approving('RENEWAL_TOO_EARLY'));
    expect(verdict(approved)).toBe('planned');
  });

  test('that comes too late starts today when it is approved', () => {
    const target = licenseTarget({ validThrough: addDays(today, -400) });
    expect(verdict(planRenewal(renewal({ term: 'P2Y' }), target, days, windows))).toBe(
      'held RENEWAL_TOO_LATE',
    );
    const approved = planRenewal(renewal(), target, days, windows, approving('RENEWAL_TOO_LATE'));
    expect(planOf(approved).lines).toMatchObject([{ validThrough: '2027-06-14', anchor: today }]);
  });
});

describe('a cancellation', () => {
  const cancellation = (endsOn?: string) => ({ ...head, kind: 'cancellation', endsOn }) as const;

  test('ends the key, and each license on the later of that day and what others gave', () => {
    const own = aLicense({ validThrough: addDays(today, 60) });
    const others = aLicense({ validThrough: addDays(today, 60) });
    const shorter = aLicense({ validThrough: addDays(today, 5) });
    const without = new Map([
      [others.id, addDays(today, 30)],
      [shorter.id, addDays(today, 30)],
    ]);
    const target = keyTarget({}, [own, others, shorter]);
    const plan = planOf(planCancellation(cancellation(addDays(today, 10)), target, without, today));
    expect(plan.key).toMatchObject({
      validThrough: addDays(today, 10),
      endedOn: addDays(today, 10),
      anchor: null,
    });
    expect(plan.lines).toMatchObject([
      { action: 'changed', validThrough: addDays(today, 10), seats: 200 },
      { action: 'changed', validThrough: addDays(today, 30) },
      { action: 'unchanged', validThrough: addDays(today, 5) },
    ]);
  });

  test('of a license ends it on the day itself, today when none is named', () => {
    const target = licenseTarget({ anchor: '2025-08-15' });
    expect(planOf(planCancellation(cancellation(), target, new Map(), today)).lines).toMatchObject([
      { validThrough: today, anchor: null },
    ]);
  });

  test.each<[string, FoundTarget, string | undefined]>([
    ['rejected KEY_ENDED', keyTarget(ended), undefined],
    ['rejected LICENSE_MERGED', licenseTarget(merged), undefined],
    ['rejected CANCELLATION_OUTSIDE_TERM', licenseTarget(), yesterday],
    ['rejected CANCELLATION_OUTSIDE_TERM', licenseTarget(), addDays(today, 61)],
    ['rejected CANCELLATION_OUTSIDE_TERM', keyTarget({ validThrough: yesterday }), undefined],
    ['planned', licenseTarget(), addDays(today, 60)],
  ])('is %s', (expected, target, endsOn) => {
    expect(verdict(planCancellation(cancellation(endsOn), target, new Map(), today))).toBe(expected);
  });
});

describe('a suspension or resumption', () => {
  test('changes the status alone, and nothing once more', () => {
    const licenses = [aLicense(), aLicense({ status: 'suspended' }), aLicense({ status: 'revoked' })];
    const suspended = planOf(planSuspension({ kind: 'suspension' }, keyTarget({}, licenses)));
    expect(suspended.key).toMatchObject({ suspended: true });
    expect(suspended.lines).toMatchObject([
      { action: 'suspended', status: 'suspended', seats: 200 },
      { action: 'unchanged', status: 'suspended' },
      { action: 'unchanged', status: 'revoked' },
    ]);
    const resumed = planOf(planSuspension({ kind: 'resumption' }, keyTarget({ suspended: true }, licenses)));
    expect(resumed.key).toMatchObject({ suspended: false });
    expect(resumed.lines).toMatchObject([
      { action: 'unchanged', status: 'active' },
      { action: 'resumed', status: 'active' },
      { action: 'unchanged', status: 'revoked' },
    ]);
  });

  test.each<[string, FoundTarget]>([
    ['rejected LICENSE_MERGED', licenseTarget(merged)],
    ['rejected LICENSE_REVOKED', licenseTarget({ status: 'revoked' })],
    ['planned', licenseTarget({ validThrough: yesterday })],
  ])('is %s', (expected, target) => {
    expect(verdict(planSuspension({ kind: 'suspension' }, target))).toBe(expected);
  });
});

describe('a code replacement', () => {
  test('is of the license or of the key, whose licenses keep their codes', () => {
    expect(planOf(planCodeReplacement(licenseTarget())).lines).toMatchObject([{ action: 'replaced' }]);
    const plan = planOf(planCodeReplacement(keyTarget({}, [aLicense()])));
    expect(plan).toMatchObject({ key: { seats: 250 }, lines: [{ action: 'unchanged' }] });
    expect(verdict(planCodeReplacement(licenseTarget(merged)))).toBe('rejected LICENSE_MERGED');
  });
});
