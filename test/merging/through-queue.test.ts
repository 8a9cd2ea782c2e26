import { expect, test } from 'vitest';
import { allEnded, openDeliverySite } from '#test/delivery/delivery-site.ts';
import { describeOnBothBackends } from '#test/delivery/on-both-backends.ts';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { outcomeById } from '#test/fulfillment/ending.ts';
import { allCases } from '#test/merging/all-cases.ts';
import { endedAs, expectedEnd } from '#test/merging/ended-as.ts';
import { givenMerged } from '#test/merging/given-merged.ts';

describeOnBothBackends('a plain BullMQ producer', (redisUrl) => {
  test(
    'sees every cell of the matrix and every check come out as the rules say',
    { timeout: 600_000 },
    async () => {
      const site = await openDeliverySite(redisUrl);
      const cases = allCases();
      await givenMerged(
        site.database,
        cases.flatMap(({ accounts }) => accounts),
        cases.flatMap(({ licenses }) => licenses),
      );
      await site.startWorkers();
      const requestedAt = '2026-01-02T03:04:05Z';
      for (const { request, requestNumber } of cases) {
        const data = { ...request, reseller: 'northwind', requestNumber, requestedAt };
        await site.queues['merge-request'].add('merge-request.v1', data);
      }
      await allEnded(site);
      const rows = await site.query<{ readonly id: string; readonly number: string }>(
        'select id, number from message',
      );
      const ids = new Map(rows.map(({ id, number }) => [number, id]));
      const seen = await Promise.all(
        cases.map(async ({ name, requestNumber }) => {
          const outcome = await outcomeById(site.fulfillment, ids.get(requestNumber) ?? '');
          return { name, ...endedAs(outcome) };
        }),
      );
      expect(seen).toEqual(cases.map(({ name, expected }) => ({ name, ...expectedEnd(expected) })));
      expect(await site.query('select from rejected_message')).toEqual([]);
      expect(await brokenInvariants(site)).toEqual([]);
    },
  );
});
