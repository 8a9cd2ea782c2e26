import { expect, test } from 'vitest';
import { readConfiguration } from '#src/configuration.ts';
import { certificateFindings } from '#src/doctor/certificates.ts';
import { preview } from '#src/fulfillment/looking/preview.ts';
import { outcomeAfter } from '#test/fulfillment/ending.ts';
import { order } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';

const named = (orderNumber: string, company: string) =>
  order({ orderNumber, customer: { account: undefined, company } });

test('what no font has is noted on the order, foreseen by its preview, and told by doctor', async () => {
  const { database, fulfillment } = await openLedger();
  const names = async () =>
    (await certificateFindings(database, readConfiguration({}))).find(({ check }) => check === 'Names');
  const fine = await outcomeAfter(fulfillment, named('PO-1', 'שרותי ענן בע"מ · شركة · 株式会社'));
  expect(fine).toMatchObject({ status: 'fulfilled', notes: [] });
  expect(await names()).toMatchObject({ verdict: 'ok' });

  const cuneiform = named('PO-2', 'Tablets 𒀀𒀁𒀀 Ltd');
  const note = { code: 'NOT_PRINTABLE', message: expect.stringContaining('“𒀀” (U+12000), “𒀁” (U+12001)') };
  expect(await preview(fulfillment, cuneiform, { kind: 'operator' })).toMatchObject({
    preview: { notes: [note] },
  });
  expect(await outcomeAfter(fulfillment, cuneiform)).toMatchObject({ status: 'fulfilled', notes: [note] });
  expect(await names()).toMatchObject({
    verdict: 'warning',
    message: expect.stringContaining(
      `1 outcomes have names that no font shows wholly, the latest ${cuneiform.number}`,
    ),
  });
});
