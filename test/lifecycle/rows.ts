import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import { existing } from '#test/fulfillment/ending.ts';
import { agreed, day } from '#test/fulfillment/messages-by-hand.ts';
import type { World } from '#test/lifecycle/world.ts';

/** A row of the tables of rules §8, or a sentence of §8.4: what is done, and how its last message must end. */
export interface Row {
  readonly name: string;
  readonly run: (world: World) => Promise<readonly [Outcome, object]>;
}

const rejected = (code: string) => ({ status: 'rejected', reason: { code } });
const held = (code: string) => ({ status: 'held', reason: { code } });
const fulfilled = (more: object = {}) => ({ status: 'fulfilled', ...more });

function row(name: string, run: Row['run']): Row {
  return { name, run };
}

export const seatsRows: readonly Row[] = [
  row('seats by order: the total of the key and all its licenses; ends stay', async (w) => {
    const ordered = await w.order({ register: agreed });
    const changed = await w.change('seats', { order: w.po(), seats: 300 });
    const lines = ordered.lines?.map(({ pid, activationCode, validThrough }) => ({
      pid,
      activationCode,
      validThrough,
      action: 'changed',
      previousSeats: 100,
      seats: 300,
      seatDays: 200 * 364,
    }));
    return [
      changed,
      fulfilled({
        kind: 'seats',
        account: w.account,
        registrationKey: ordered.registrationKey,
        seats: 300,
        validThrough: ordered.validThrough,
        certificate: { number: ordered.certificate?.number, version: 2 },
        lines,
      }),
    ];
  }),
  row('seats by Registration Key before it is registered', async (w) => {
    const { registrationKey } = await w.order({});
    return [await w.change('seats', { registrationKey, seats: 150 }), fulfilled({ seats: 150, lines: [] })];
  }),
  row('seats by Activation Code: one imported license', async (w) => {
    const code = await w.license({ seats: 50, validThrough: day(10) });
    return [
      await w.change('seats', { activationCode: code, seats: 70 }),
      fulfilled({ lines: [{ activationCode: code, action: 'changed', seats: 70, seatDays: 200 }] }),
    ];
  }),
  row('seats that there are already change nothing', async (w) => {
    const code = await w.license({ seats: 50 });
    return [
      await w.change('seats', { activationCode: code, seats: 50 }),
      fulfilled({ lines: [{ action: 'unchanged', seatDays: 0 }] }),
    ];
  }),
  row('UNKNOWN_ORDER', async (w) => [
    await w.change('seats', { order: w.po('NONE'), seats: 5 }),
    rejected('UNKNOWN_ORDER'),
  ]),
  row('another reseller’s order is unknown', async (w) => {
    await w.order({ reseller: 'southwind' });
    return [await w.change('seats', { order: w.po(), seats: 500 }), rejected('UNKNOWN_ORDER')];
  }),
  row('UNKNOWN_REGISTRATION_KEY', async (w) => [
    await w.change('seats', { registrationKey: w.unknownKey, seats: 5 }),
    rejected('UNKNOWN_REGISTRATION_KEY'),
  ]),
  row('another reseller’s key is unknown', async (w) => {
    const { registrationKey } = await w.order({ reseller: 'southwind' });
    return [await w.change('seats', { registrationKey, seats: 500 }), rejected('UNKNOWN_REGISTRATION_KEY')];
  }),
  row('UNKNOWN_LICENSE', async (w) => [
    await w.change('seats', { activationCode: w.unknownCode(), seats: 5 }),
    rejected('UNKNOWN_LICENSE'),
  ]),
  row('NOT_FULFILLED: the order is held', async (w) => {
    await w.license({ seats: 500 });
    await w.order({ seats: 10 });
    return [await w.change('seats', { order: w.po(), seats: 20 }), rejected('NOT_FULFILLED')];
  }),
  row('NOT_FULFILLED: the order was rejected', async (w) => {
    await w.order({ suite: 'NONE' });
    return [await w.change('seats', { order: w.po(), seats: 20 }), rejected('NOT_FULFILLED')];
  }),
  row('KEY_ENDED', async (w) => {
    const { registrationKey } = await w.order({});
    await w.change('cancellation', { order: w.po() });
    return [await w.change('seats', { registrationKey, seats: 300 }), rejected('KEY_ENDED')];
  }),
  row('LICENSE_MERGED names the survivor, masked', async (w) => {
    const [retained, merged] = [await w.premises({}), await w.premises({})];
    await w.mergeInto(retained);
    const changed = await w.change('seats', { activationCode: merged, seats: 300 });
    return [
      changed,
      {
        ...rejected('LICENSE_MERGED'),
        reason: { code: 'LICENSE_MERGED', message: w.containing(`…-${retained.slice(-4)}`) },
      },
    ];
  }),
  row('LICENSE_EXPIRED', async (w) => {
    const code = await w.license({ validThrough: day(-5) });
    return [await w.change('seats', { activationCode: code, seats: 300 }), rejected('LICENSE_EXPIRED')];
  }),
  row('SEATS_BELOW_HOLDING, and approved', async (w) => {
    const code = await w.license({ seats: 50 });
    const asked = await w.change('seats', { activationCode: code, seats: 20 });
    return [await w.approved(asked, held('SEATS_BELOW_HOLDING')), fulfilled({ lines: [{ seats: 20 }] })];
  }),
  row('fewer seats that were allowed', async (w) => {
    const code = await w.license({ seats: 50 });
    const changed = await w.change('seats', { activationCode: code, seats: 20, allowFewerSeats: true });
    return [changed, fulfilled({ lines: [{ action: 'changed', previousSeats: 50, seats: 20 }] })];
  }),
  row('LICENSE_NOT_USABLE; approving applies the figures and leaves the status', async (w) => {
    const code = await w.license({ seats: 50, status: 'suspended' });
    const asked = await w.change('seats', { activationCode: code, seats: 80 });
    const ended = await w.approved(asked, held('LICENSE_NOT_USABLE'));
    w.expect(await w.licenseOf(code)).toMatchObject({ seats: 80, status: 'suspended' });
    return [ended, fulfilled({ lines: [{ seats: 80 }] })];
  }),
];

export const renewalRows: readonly Row[] = [
  row('a renewal by term counts from the old end; same key, same codes', async (w) => {
    const ordered = await w.order({ term: 'P1M', register: agreed });
    const renewed = await w.change('renewal', { order: w.po(), term: 'P1Y', seats: 120 });
    return [
      renewed,
      fulfilled({
        registrationKey: ordered.registrationKey,
        seats: 120,
        validThrough: w.termEnd(day(), 'P13M'),
        lines: ordered.lines?.map(({ activationCode }) => ({
          activationCode,
          action: 'changed',
          seats: 120,
          previouslyValidThrough: ordered.validThrough,
        })),
      }),
    ];
  }),
  row('a renewal to a date', async (w) => {
    const code = await w.license({ validThrough: day(20) });
    const renewed = await w.change('renewal', { activationCode: code, validThrough: day(400) });
    return [renewed, fulfilled({ lines: [{ validThrough: day(400), seatDays: 50 * 380 }] })];
  }),
  row('what lapsed within the window goes on from its old end', async (w) => {
    const code = await w.license({ validThrough: day(-30) });
    const renewed = await w.change('renewal', { activationCode: code, term: 'P1Y' });
    const end = w.termEnd(day(-29), 'P1Y');
    return [renewed, fulfilled({ lines: [{ validThrough: end }] })];
  }),
  row('TERM_ALREADY_OVER', async (w) => {
    const code = await w.license({ validThrough: day(-80) });
    return [await w.change('renewal', { activationCode: code, term: 'P1M' }), rejected('TERM_ALREADY_OVER')];
  }),
  row('NOT_LATER', async (w) => {
    const code = await w.license({ validThrough: day(20) });
    return [
      await w.change('renewal', { activationCode: code, validThrough: day(20) }),
      rejected('NOT_LATER'),
    ];
  }),
  row('RENEWAL_TOO_EARLY, which also stops the same renewal under a second number', async (w) => {
    const code = await w.license({ validThrough: day(90) });
    w.expect(await w.change('renewal', { activationCode: code, term: 'P1Y' })).toMatchObject(fulfilled());
    return [await w.change('renewal', { activationCode: code, term: 'P1Y' }), held('RENEWAL_TOO_EARLY')];
  }),
  row('RENEWAL_TOO_LATE; approved it starts today', async (w) => {
    const code = await w.license({ validThrough: day(-91) });
    const asked = await w.change('renewal', { activationCode: code, term: 'P1Y' });
    const ended = await w.approved(asked, held('RENEWAL_TOO_LATE'));
    return [ended, fulfilled({ lines: [{ validThrough: w.termEnd(day(), 'P1Y') }] })];
  }),
  row('a renewal for fewer seats: SEATS_BELOW_HOLDING', async (w) => {
    const code = await w.license({ seats: 50, validThrough: day(20) });
    return [
      await w.change('renewal', { activationCode: code, term: 'P1Y', seats: 10 }),
      held('SEATS_BELOW_HOLDING'),
    ];
  }),
  row('a renewal of what is suspended: LICENSE_NOT_USABLE', async (w) => {
    const code = await w.license({ validThrough: day(20), status: 'suspended' });
    return [await w.change('renewal', { activationCode: code, term: 'P1Y' }), held('LICENSE_NOT_USABLE')];
  }),
];

export const cancellationRows: readonly Row[] = [
  row('a cancellation ends the key today; imported licenses keep the end that they would have', async (w) => {
    const code = await w.license({ seats: 50, validThrough: day(40) });
    await w.order({ register: agreed });
    const cancelled = await w.change('cancellation', { order: w.po() });
    w.expect(await w.licenseOf(code)).toMatchObject({ validThrough: day(40), seats: 100 });
    return [cancelled, fulfilled({ validThrough: day(), seats: 100 })];
  }),
  row('a cancellation for a later day', async (w) => {
    await w.order({});
    return [
      await w.change('cancellation', { order: w.po(), endsOn: day(60) }),
      fulfilled({ validThrough: day(60) }),
    ];
  }),
  row('CANCELLATION_OUTSIDE_TERM: yesterday', async (w) => {
    await w.order({});
    return [
      await w.change('cancellation', { order: w.po(), endsOn: day(-1) }),
      rejected('CANCELLATION_OUTSIDE_TERM'),
    ];
  }),
  row('CANCELLATION_OUTSIDE_TERM: after the end', async (w) => {
    await w.order({ term: 'P1M' });
    return [
      await w.change('cancellation', { order: w.po(), endsOn: day(60) }),
      rejected('CANCELLATION_OUTSIDE_TERM'),
    ];
  }),
  row('a cancelled key cannot be cancelled again: KEY_ENDED', async (w) => {
    await w.order({});
    await w.change('cancellation', { order: w.po() });
    return [await w.change('cancellation', { order: w.po() }), rejected('KEY_ENDED')];
  }),
  row('a cancelled key takes no registration: KEY_ENDED', async (w) => {
    const { registrationKey } = await w.order({});
    await w.change('cancellation', { order: w.po() });
    return [await w.register(existing(registrationKey)), rejected('KEY_ENDED')];
  }),
];

export const returnRows: readonly Row[] = [
  row('UNKNOWN_ORDER', async (w) => [
    await w.change('return', { order: w.po('NONE') }),
    rejected('UNKNOWN_ORDER'),
  ]),
  row('UNKNOWN_CHANGE', async (w) => [
    await w.change('return', { change: w.po('NONE') }),
    rejected('UNKNOWN_CHANGE'),
  ]),
  row('NOT_FULFILLED', async (w) => {
    await w.order({ suite: 'NONE' });
    return [await w.change('return', { order: w.po() }), rejected('NOT_FULFILLED')];
  }),
  row('ALREADY_RETURNED names the first', async (w) => {
    await w.order({});
    const first = await w.change('return', { order: w.po() });
    const code = 'ALREADY_RETURNED';
    return [
      await w.change('return', { order: w.po() }),
      { status: 'rejected', reason: { code, message: w.containing(first.requestNumber ?? '?') } },
    ];
  }),
  row('RETURN_OF_A_RETURN', async (w) => {
    await w.order({});
    const first = await w.change('return', { order: w.po() });
    return [await w.change('return', { change: first.requestNumber }), rejected('RETURN_OF_A_RETURN')];
  }),
  row('NOT_RETURNABLE: a code replacement', async (w) => {
    const code = await w.license({});
    const replaced = await w.change('code-replacement', { activationCode: code, because: 'leaked' });
    return [await w.change('return', { change: replaced.requestNumber }), rejected('NOT_RETURNABLE')];
  }),
  row('RETURN_WINDOW_OVER after 15 days; approving passes it', async (w) => {
    await w.order({});
    await w.backdate(w.po(), 15);
    const asked = await w.change('return', { order: w.po() });
    return [await w.approved(asked, held('RETURN_WINDOW_OVER')), fulfilled({ kind: 'return' })];
  }),
  row('exactly 14 days still pass', async (w) => {
    await w.order({});
    await w.backdate(w.po(), 14);
    return [await w.change('return', { order: w.po() }), fulfilled()];
  }),
  row('UNDO_MERGE_FIRST names the merge', async (w) => {
    const [retained] = [await w.premises({ seats: 10 }), await w.premises({ seats: 20 })];
    const seats = await w.change('seats', { activationCode: retained, seats: 90 });
    const merged = await w.mergeInto(retained);
    const code = 'UNDO_MERGE_FIRST';
    return [
      await w.change('return', { change: seats.requestNumber }),
      { status: 'rejected', reason: { code, message: w.containing(merged.requestNumber ?? '?') } },
    ];
  }),
  row('what is held is withdrawn, without a certificate', async (w) => {
    await w.license({ seats: 500 });
    const order = await w.order({ seats: 10 });
    w.expect(order.status).toBe('held');
    const returned = await w.change('return', { order: w.po() });
    w.expect(returned.certificate).toBeUndefined();
    w.expect(await w.outcome(order)).toMatchObject(rejected('WITHDRAWN'));
    return [returned, fulfilled({ kind: 'return', lines: [] })];
  }),
  row('what was withdrawn cannot be returned: NOT_FULFILLED', async (w) => {
    await w.license({ seats: 500 });
    await w.order({ seats: 10 });
    await w.change('return', { order: w.po() });
    return [await w.change('return', { order: w.po() }), rejected('NOT_FULFILLED')];
  }),
  row('a returned order keeps its status, and gains returnedBy', async (w) => {
    const order = await w.order({});
    const returned = await w.change('return', { order: w.po() });
    w.expect(await w.outcome(order)).toMatchObject({
      status: 'fulfilled',
      returnedBy: { requestNumber: returned.requestNumber, id: returned.id },
    });
    return [returned, fulfilled({ certificate: { number: order.certificate?.number, version: 2 } })];
  }),
  row('example 1: an extended import goes back to what it was', async (w) => {
    const code = await w.license({ seats: 200, validThrough: day(120) });
    await w.order({ seats: 250 });
    return [
      await w.change('return', { order: w.po() }),
      fulfilled({
        lines: [{ activationCode: code, action: 'reverted', seats: 200, validThrough: day(120) }],
      }),
    ];
  }),
  row('example 2: what its registration issued is revoked, and the key ended', async (w) => {
    const code = await w.license({ seats: 200, validThrough: day(120) });
    const ordered = await w.order({ seats: 250 });
    await w.register(existing(ordered.registrationKey));
    const returned = await w.change('return', { order: w.po() });
    w.expect(returned.lines?.filter(({ action }) => action === 'revoked')).toHaveLength(6);
    w.expect(await w.licenseOf(code)).toMatchObject({ seats: 200, validThrough: day(120) });
    const again = await w.register(existing(ordered.registrationKey), { select: ['OfficeScan'] });
    return [again, rejected('KEY_ENDED')];
  }),
  row('example 3: the second order of a key; the codes stay with the first one’s figures', async (w) => {
    const first = await w.order({ seats: 200 });
    await w.order({ number: '2', seats: 250, term: 'P2Y' });
    await w.register(existing(first.registrationKey));
    const returned = await w.change('return', { order: w.po('2') });
    const lines = returned.lines?.map(() => ({
      action: 'reverted',
      seats: 200,
      validThrough: first.validThrough,
    }));
    return [returned, fulfilled({ seats: 200, validThrough: first.validThrough, lines, notes: [] })];
  }),
  row('example 4: a total that was set since stands, on the first order’s end', async (w) => {
    const first = await w.order({ seats: 200 });
    await w.order({ number: '2', seats: 250, term: 'P2Y' });
    const seats = await w.change('seats', { order: w.po('2'), seats: 300 });
    const notes = [{ code: 'REBASED', message: w.containing(seats.requestNumber ?? '?') }];
    return [
      await w.change('return', { order: w.po('2') }),
      fulfilled({ seats: 300, validThrough: first.validThrough, notes }),
    ];
  }),
  row('example 5: a renewal since counts from the first order’s end', async (w) => {
    await w.order({ seats: 200, term: 'P1M' });
    await w.order({ number: '2', seats: 250, term: 'P2M' });
    await w.change('renewal', { order: w.po('2'), term: 'P1Y' });
    return [
      await w.change('return', { order: w.po('2') }),
      fulfilled({ seats: 200, validThrough: w.termEnd(day(), 'P13M'), notes: [{ code: 'REBASED' }] }),
    ];
  }),
  row('example 6: LATER_CHANGES; approved, the later one’s own figures stand', async (w) => {
    const code = await w.license({ seats: 200, validThrough: day(120) });
    await w.order({ seats: 100, allowFewerSeats: true, term: 'P2Y' });
    await w.order({ number: '2', seats: 150 });
    const asked = await w.change('return', { order: w.po() });
    const ended = await w.approved(asked, held('LATER_CHANGES'));
    w.expect(await w.licenseOf(code)).toMatchObject({ seats: 150 });
    return [ended, fulfilled()];
  }),
  row('a return of a change restores what was before it', async (w) => {
    const code = await w.license({ seats: 50, validThrough: day(10) });
    const changed = await w.change('seats', { activationCode: code, seats: 70 });
    return [
      await w.change('return', { change: changed.requestNumber }),
      fulfilled({ lines: [{ action: 'reverted', previousSeats: 70, seats: 50, seatDays: -200 }] }),
    ];
  }),
  row('an account that only the returned order claimed is nobody’s again', async (w) => {
    await w.license({});
    await w.order({});
    const returned = await w.change('return', { order: w.po() });
    w.expect(await w.ownerOf(w.account)).toBe(null);
    return [returned, fulfilled()];
  }),
];

export const mergeRows: readonly Row[] = [
  row('undo-merge puts survivor and merged back', async (w) => {
    const [retained, other] = [await w.premises({ seats: 10 }), await w.premises({ seats: 20 })];
    const merged = await w.mergeInto(retained);
    const undone = await w.change('undo-merge', { mergeRequest: merged.requestNumber });
    w.expect(await w.licenseOf(other)).toMatchObject({ seats: 20, status: 'active' });
    return [
      undone,
      fulfilled({
        kind: 'undo-merge',
        survivor: { activationCode: retained, seats: 10 },
        restored: [{ activationCode: other, seats: 20 }],
        certificate: { number: merged.certificate?.number, version: 2 },
      }),
    ];
  }),
  row('UNKNOWN_MERGE', async (w) => [
    await w.change('undo-merge', { mergeRequest: w.po('NONE') }),
    rejected('UNKNOWN_MERGE'),
  ]),
  row('ALREADY_UNDONE', async (w) => {
    const [retained] = [await w.premises({}), await w.premises({})];
    const { requestNumber } = await w.mergeInto(retained);
    await w.change('undo-merge', { mergeRequest: requestNumber });
    return [await w.change('undo-merge', { mergeRequest: requestNumber }), rejected('ALREADY_UNDONE')];
  }),
  row('MERGE_BUILT_UPON names what to return first', async (w) => {
    const [retained] = [await w.premises({ seats: 10 }), await w.premises({ seats: 20 })];
    const { requestNumber } = await w.mergeInto(retained);
    const seats = await w.change('seats', { activationCode: retained, seats: 90 });
    const code = 'MERGE_BUILT_UPON';
    return [
      await w.change('undo-merge', { mergeRequest: requestNumber }),
      { status: 'rejected', reason: { code, message: w.containing(seats.requestNumber ?? '?') } },
    ];
  }),
  row('UNDO_WINDOW_OVER', async (w) => {
    const [retained] = [await w.premises({}), await w.premises({})];
    const { requestNumber } = await w.mergeInto(retained);
    await w.backdate(existing(requestNumber), 15);
    const asked = await w.change('undo-merge', { mergeRequest: requestNumber });
    return [await w.approved(asked, held('UNDO_WINDOW_OVER')), fulfilled()];
  }),
  row('undoing a merge that was not fulfilled: NOT_FULFILLED', async (w) => {
    const [retained] = [await w.premises({})];
    const merged = await w.mergeInto(retained, [w.unknownCode('WF')]);
    w.expect(merged.status).toBe('rejected');
    return [await w.change('undo-merge', { mergeRequest: merged.requestNumber }), rejected('NOT_FULFILLED')];
  }),
  row(
    'a suspension since is built upon it; an operator’s despiteLater passes, and the status stays',
    async (w) => {
      const [retained, other] = [await w.premises({ seats: 10 }), await w.premises({ seats: 20 })];
      const { requestNumber } = await w.mergeInto(retained);
      await w.change('suspension', { activationCode: retained, because: 'unpaid' });
      const asked = { mergeRequest: requestNumber };
      w.expect(await w.change('undo-merge', asked)).toMatchObject(rejected('MERGE_BUILT_UPON'));
      const undone = await w.operatorsChange('undo-merge', { ...asked, despiteLater: true, of: 'northwind' });
      w.expect(await w.licenseOf(retained)).toMatchObject({ seats: 10, status: 'suspended' });
      w.expect(await w.licenseOf(other)).toMatchObject({ seats: 20, status: 'active' });
      return [undone, fulfilled()];
    },
  ),
];

export const statusRows: readonly Row[] = [
  row('a suspension changes the status alone', async (w) => {
    const code = await w.license({ seats: 50, validThrough: day(30) });
    const suspended = await w.change('suspension', { activationCode: code, because: 'unpaid' });
    w.expect(suspended.certificate).toBeUndefined();
    w.expect(await w.licenseOf(code)).toMatchObject({
      status: 'suspended',
      seats: 50,
      validThrough: day(30),
    });
    return [suspended, fulfilled({ lines: [{ action: 'suspended', seatDays: 0 }] })];
  }),
  row('once more is fulfilled, and nothing changed', async (w) => {
    const code = await w.license({});
    await w.change('suspension', { activationCode: code, because: 'unpaid' });
    return [
      await w.change('suspension', { activationCode: code, because: 'unpaid' }),
      fulfilled({ lines: [{ action: 'unchanged' }] }),
    ];
  }),
  row('a resumption', async (w) => {
    const code = await w.license({});
    await w.change('suspension', { activationCode: code, because: 'unpaid' });
    const resumed = await w.change('resumption', { activationCode: code, because: 'paid' });
    w.expect(await w.licenseOf(code)).toMatchObject({ status: 'active' });
    return [resumed, fulfilled({ lines: [{ action: 'resumed' }] })];
  }),
  row('suspending a key that is not registered: what a registration issues is suspended', async (w) => {
    const { registrationKey } = await w.order({});
    await w.change('suspension', { order: w.po(), because: 'unpaid' });
    const registered = await w.register(existing(registrationKey));
    const issued = registered.lines?.find(({ action }) => action === 'issued')?.activationCode;
    w.expect(await w.licenseOf(existing(issued))).toMatchObject({ status: 'suspended' });
    return [registered, fulfilled()];
  }),
  row('LICENSE_REVOKED', async (w) => {
    const code = await w.license({ status: 'revoked' });
    return [
      await w.change('suspension', { activationCode: code, because: 'unpaid' }),
      rejected('LICENSE_REVOKED'),
    ];
  }),
  row('LICENSE_MERGED', async (w) => {
    const [retained, other] = [await w.premises({}), await w.premises({})];
    await w.mergeInto(retained);
    return [
      await w.change('suspension', { activationCode: other, because: 'unpaid' }),
      rejected('LICENSE_MERGED'),
    ];
  }),
  row('suspending what is unknown', async (w) => [
    await w.change('suspension', { registrationKey: w.unknownKey, because: 'unpaid' }),
    rejected('UNKNOWN_REGISTRATION_KEY'),
  ]),
];

export const replacementRows: readonly Row[] = [
  row('a license gets a new code; the old one says CODE_REPLACED with the new one, masked', async (w) => {
    const code = await w.license({});
    const replaced = await w.change('code-replacement', { activationCode: code, because: 'leaked' });
    const newest = existing(replaced.lines?.[0]?.activationCode);
    w.expect(replaced).toMatchObject(fulfilled({ lines: [{ action: 'replaced', seatDays: 0 }] }));
    w.expect(newest).not.toBe(code);
    const reason = { code: 'CODE_REPLACED', message: w.containing(`…-${newest.slice(-4)}`) };
    return [await w.change('seats', { activationCode: code, seats: 500 }), { status: 'rejected', reason }];
  }),
  row('a replaced code in `keep`: CODE_REPLACED', async (w) => {
    const code = await w.license({});
    await w.change('code-replacement', { activationCode: code, because: 'leaked' });
    return [await w.order({ keep: [code] }), rejected('CODE_REPLACED')];
  }),
  row('a replaced code in a merge: CODE_REPLACED', async (w) => {
    const [retained, other] = [await w.premises({}), await w.premises({})];
    await w.change('code-replacement', { activationCode: other, because: 'leaked' });
    return [await w.mergeInto(retained, [other]), rejected('CODE_REPLACED')];
  }),
  row('a replaced key in a registration: CODE_REPLACED', async (w) => {
    const { registrationKey } = await w.order({});
    await w.change('code-replacement', { registrationKey, because: 'leaked' });
    return [await w.register(existing(registrationKey)), rejected('CODE_REPLACED')];
  }),
  row('a replaced key in a change: CODE_REPLACED with the new one, masked', async (w) => {
    const { registrationKey } = await w.order({});
    const replaced = await w.change('code-replacement', { registrationKey, because: 'leaked' });
    const reason = {
      code: 'CODE_REPLACED',
      message: w.containing(`…-${existing(replaced.registrationKey).slice(-4)}`),
    };
    return [await w.change('seats', { registrationKey, seats: 500 }), { status: 'rejected', reason }];
  }),
  row('with oldCodeUntil the old code of a key still resolves', async (w) => {
    const { registrationKey } = await w.order({});
    await w.change('code-replacement', { registrationKey, because: 'leaked', oldCodeUntil: day(5) });
    return [await w.change('seats', { registrationKey, seats: 500 }), fulfilled({ seats: 500 })];
  }),
  row('with oldCodeUntil the old code still resolves', async (w) => {
    const code = await w.license({});
    await w.change('code-replacement', { activationCode: code, because: 'leaked', oldCodeUntil: day(5) });
    return [
      await w.change('seats', { activationCode: code, seats: 500 }),
      fulfilled({ lines: [{ seats: 500 }] }),
    ];
  }),
  row('replacing what is unknown', async (w) => [
    await w.change('code-replacement', { activationCode: w.unknownCode(), because: 'leaked' }),
    rejected('UNKNOWN_LICENSE'),
  ]),
  row('replacing what was merged: LICENSE_MERGED', async (w) => {
    const [retained, other] = [await w.premises({}), await w.premises({})];
    await w.mergeInto(retained);
    return [
      await w.change('code-replacement', { activationCode: other, because: 'leaked' }),
      rejected('LICENSE_MERGED'),
    ];
  }),
];

export const otherRows: readonly Row[] = [
  row('an order to a date in place of a term', async (w) => [
    await w.order({ term: undefined, validThrough: day(200) }),
    fulfilled({ validThrough: day(200) }),
  ]),
  row('an operator reaches every reseller’s targets, named with `of`', async (w) => {
    await w.order({});
    return [
      await w.operatorsChange('seats', { order: w.po(), of: 'northwind', seats: 500 }),
      fulfilled({ seats: 500 }),
    ];
  }),
  row('a lapsed key takes a renewal within the window, and no seats', async (w) => {
    await w.order({
      placedAt: `${day(-60)}T00:00:00Z`,
      startsOn: day(-60),
      term: undefined,
      validThrough: day(1),
    });
    await w.lapse(w.po(), day(-20));
    w.expect(await w.change('seats', { order: w.po(), seats: 500 })).toMatchObject(
      rejected('LICENSE_EXPIRED'),
    );
    return [await w.change('renewal', { order: w.po(), term: 'P1Y' }), fulfilled()];
  }),
];
