import { expect, test } from 'vitest';
import { accountView } from '#src/fulfillment/looking/account-view.ts';
import { existing } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings, type GivenLicense } from '#test/fulfillment/given-holdings.ts';
import { day } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';

const operator = { kind: 'operator' } as const;

test('the aligned end is of all active full licenses, whichever page is looked at', async () => {
  const { database, fulfillment } = await openLedger();
  const licenses: readonly Partial<GivenLicense>[] = [
    { seats: 1, validThrough: day(10) },
    { seats: 1, validThrough: day(20) },
    { seats: 2, validThrough: day(20) },
    { seats: 900, validThrough: day(-1) },
    { seats: 900, validThrough: day(900), edition: 'trial' },
    { seats: 900, validThrough: day(900), status: 'suspended' },
  ];
  await givenHoldings(
    database,
    [{ id: 'acme' }, { id: 'other' }, { id: 'nothing' }],
    [
      ...licenses.map((license, i) => ({
        account: 'acme',
        activationCode: activationCode('OS', i),
        pid: `10010${i}EN01`,
        ...license,
      })),
      { account: 'other', activationCode: activationCode('OS', 9), seats: 900, validThrough: day(900) },
    ],
  );
  const whole = existing(await accountView(fulfillment, 'acme', operator));
  expect(whole).toMatchObject({ alignedEnd: day(18), next: undefined });
  expect(whole.licenses).toHaveLength(6);
  const first = existing(await accountView(fulfillment, 'acme', operator, { limit: 2, after: undefined }));
  expect(first).toMatchObject({ alignedEnd: day(18), next: expect.any(String) });
  const second = existing(await accountView(fulfillment, 'acme', operator, { limit: 4, after: first.next }));
  expect(second).toMatchObject({ alignedEnd: day(18), next: undefined });
  expect(await accountView(fulfillment, 'nothing', operator)).toMatchObject({ alignedEnd: null });
});
