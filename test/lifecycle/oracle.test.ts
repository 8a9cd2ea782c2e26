import { expect, test } from 'vitest';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';
import { noFigures, playHistories } from '#test/lifecycle/oracle/histories.ts';
import { mergingCatalog } from '#test/lifecycle/oracle/merging-catalog.ts';

// `npm run oracle` plays many more.
test('random histories: what is taken back leaves the accounts as if it had never been, or a person is asked', async () => {
  const ledger = await openLedger({ catalog: await mergingCatalog() });
  const figures = noFigures();
  await playHistories(
    ledger,
    Array.from({ length: 16 }, (_, i) => i + 1),
    24,
    figures,
  );
  expect(figures.findings).toEqual([]);
  expect(figures.compared).toBeGreaterThan(20);
  expect(figures.restored).toBeGreaterThan(3);
  // Asking a person always would be a way to be never wrong.
  expect(figures.askedInVain.length).toBeLessThan(figures.compared / 20);
  expect(await brokenInvariants(ledger)).toEqual([]);
});
