import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { kinds, type MessageKind } from '#jobs/kinds.ts';
import { shippedCatalog } from '#src/files/catalog-file.ts';
import { seededRandom } from '#test/chaos/random.ts';
import { allEnded, openDeliverySite } from '#test/delivery/delivery-site.ts';
import { expectSequentialState, expectSoundEnding } from '#test/delivery/expected-state.ts';
import { describeOnBothBackends } from '#test/delivery/on-both-backends.ts';
import { accountNames, givenRandomHoldings } from '#test/delivery/random-holdings.ts';
import { randomMerge, randomOrder, randomRegistration } from '#test/delivery/random-messages.ts';
import { existing, outcomeAfter } from '#test/fulfillment/ending.ts';
import { order } from '#test/fulfillment/messages-by-hand.ts';
import type { Ledger } from '#test/fulfillment/open-ledger.ts';

const accounts = accountNames(30);
const seed = 77_002;

/** The shipped catalog with a suite more, of products that merge: so orders extend what merges join. */
async function mergingCatalog(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-catalog-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'catalog.json');
  const suite =
    '{ "code": "SBS", "name": "Small Business", "rkPrefix": "SB", "components": ["WFBS", "WFBS-SVC", "OfficeScan"] },';
  await writeFile(
    path,
    (await readFile(shippedCatalog, 'utf8')).replace('"suites": [', `"suites": [${suite}`),
  );
  return path;
}

describeOnBothBackends(
  'Orders, registrations and merges of the same accounts, each delivered twice to two worker processes',
  (redisUrl) => {
    test('end as a sequential replay of the recorded order of decisions', { timeout: 600_000 }, async () => {
      const random = seededRandom(seed);
      const begin = ({ database }: Ledger) => givenRandomHoldings(database, accounts, seededRandom(seed + 1));
      const site = await openDeliverySite(redisUrl, await mergingCatalog());
      const mergeable = await begin(site);
      const keys: string[] = [];
      for (const suite of Array.from({ length: 8 }, () => ['SPE', 'SBS']).flat()) {
        const unbound = order({ orderNumber: `KEY-${keys.length}`, suite, customer: { account: undefined } });
        keys.push(existing((await outcomeAfter(site.fulfillment, unbound)).registrationKey));
      }
      const suites = ['SPC', 'SPE', 'SBS', 'SBS'];
      const messages = [
        ...Array.from({ length: 220 }, (_, i) =>
          job('upgrade-order', randomOrder(`PO-${i}`, accounts, random, suites)),
        ),
        ...Array.from({ length: 90 }, () => job('registration', randomRegistration(keys, accounts, random))),
        ...Array.from({ length: 90 }, (_, i) =>
          job('merge-request', randomMerge(`MR-${i}`, accounts, mergeable, random)),
        ),
      ];
      await site.spawnWorkers(2);
      const deliveries = random.shuffled([...messages, ...messages]);
      for (let i = 0; i < deliveries.length; i += 20) {
        await Promise.all(
          deliveries.slice(i, i + 20).map(({ kind, name, data }) => site.queues[kind].add(name, data)),
        );
      }
      await allEnded(site);
      await expectSoundEnding(site);
      // What was rejected is tried again under its number, corrected, twice, while the first content comes once more.
      const rejected = await site.query<{ readonly content: object }>(
        "select content from message where kind = 'upgrade-order' and status = 'rejected' order by accepted_number",
      );
      expect(rejected.length).toBeGreaterThan(2);
      const again = rejected.flatMap(({ content }) => {
        const customer = { company: 'ACME GmbH', email: 'it@acme.example', account: random.pick(accounts) };
        const corrected = { ...content, customer, suite: random.pick(suites), term: 'P3Y', keep: [] };
        return [content, corrected, corrected];
      });
      await Promise.all(
        random.shuffled(again).map((data) => site.queues['upgrade-order'].add('upgrade-order.v1', data)),
      );
      await allEnded(site);
      await expectSoundEnding(site);
      const [tries] = await site.query<{ readonly further: number }>(
        'select count(*)::integer as further from message where attempt > 1',
      );
      expect(tries).toEqual({ further: rejected.length });
      const kinds = await site.query(
        "select kind, count(*) filter (where status = 'fulfilled') > 5 as many from message group by kind order by kind",
      );
      expect(kinds).toEqual(
        ['merge-request', 'registration', 'upgrade-order'].map((kind) => ({ kind, many: true })),
      );
      await expectSequentialState(site, 'decision', begin);
    });
  },
);

function job(kind: MessageKind, data: object) {
  return { kind, name: kinds[kind].jobName, data };
}
