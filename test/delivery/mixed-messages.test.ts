import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { changeKinds } from '#src/domain/lifecycle/change-request.ts';
import { shippedCatalog } from '#src/files/catalog-file.ts';
import { seededRandom } from '#test/chaos/random.ts';
import { allEnded, openDeliverySite, type DeliverySite } from '#test/delivery/delivery-site.ts';
import { expectSequentialState, expectSoundEnding } from '#test/delivery/expected-state.ts';
import {
  calmOnes,
  givenCalmHoldings,
  job,
  mixedRound,
  numbers,
  presentTargets,
  type Job,
} from '#test/delivery/mixed-load.ts';
import { describeOnBothBackends } from '#test/delivery/on-both-backends.ts';
import { accountNames, givenRandomHoldings } from '#test/delivery/random-holdings.ts';
import { existing, outcomeAfter } from '#test/fulfillment/ending.ts';
import { order } from '#test/fulfillment/messages-by-hand.ts';
import type { Ledger } from '#test/fulfillment/open-ledger.ts';

const accounts = accountNames(30);
/** `MIXED_SEED=22 npx vitest run test/delivery/mixed-messages.test.ts` plays another load. */
const seed = Number(process.env['MIXED_SEED'] ?? 77_002);

/** The shipped catalog with a suite more, of products that merge: so orders extend what merges join. Most renewals are in time. */
async function mergingCatalog(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-catalog-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'catalog.json');
  const suite =
    '{ "code": "SBS", "name": "Small Business", "rkPrefix": "SB", "components": ["WFBS", "WFBS-SVC", "OfficeScan"] },';
  await writeFile(
    path,
    (await readFile(shippedCatalog, 'utf8'))
      .replace('"suites": [', `"suites": [${suite}`)
      .replace('"policies": {', '"policies": { "changes": { "renewEarlyDays": 600 },'),
  );
  return path;
}

async function begin(ledger: Ledger): Promise<ReadonlyMap<string, readonly string[]>> {
  await givenCalmHoldings(ledger);
  return givenRandomHoldings(ledger.database, accounts, seededRandom(seed + 1));
}

describeOnBothBackends(
  'Orders, registrations, merges and change requests of the same accounts, each delivered twice to two worker processes',
  (redisUrl) => {
    test('end as a sequential replay of the recorded order of decisions', { timeout: 600_000 }, async () => {
      const random = seededRandom(seed);
      const site = await openDeliverySite(redisUrl, await mergingCatalog());
      const mergeable = await begin(site);
      const keys: string[] = [];
      for (const suite of Array.from({ length: 8 }, () => ['SPE', 'SBS']).flat()) {
        const unbound = order({ orderNumber: `KEY-${keys.length}`, suite, customer: { account: undefined } });
        keys.push(existing((await outcomeAfter(site.fulfillment, unbound)).registrationKey));
      }
      const suites = ['SPC', 'SPE', 'SBS', 'SBS'];
      const targets = {
        accounts,
        suites,
        mergeable,
        orders: numbers('KEY', keys.length),
        registrationKeys: keys,
        activationCodes: [...mergeable.values()].flat(),
        merges: [],
        changes: [],
      };
      const calm = calmOnes();
      const first = { orders: 90, registrations: 40, merges: 60, changes: 48 };
      const one = [...mixedRound('A', first, targets, random), ...calm.first];
      await site.spawnWorkers(2);
      await deliver(site, random.shuffled([...one, ...one]));
      await allEnded(site);
      await expectSoundEnding(site);
      // What names all that there is by now, by the codes of now.
      const present = {
        ...targets,
        ...(await presentTargets(site)),
        orders: [...targets.orders, ...numbers('PO-A', first.orders)],
        changes: numbers('CR-A', first.changes),
      };
      const second = { orders: 40, registrations: 20, merges: 30, changes: 80 };
      const two = [...mixedRound('B', second, present, random), ...calm.changes];
      await deliver(site, random.shuffled([...two, ...two]));
      await allEnded(site);
      await expectSoundEnding(site);
      const sent = new Set([...one, ...two].map(({ kind, data }) => JSON.stringify([kind, data])));
      expect(await site.query('select count(*)::integer as recorded from message')).toEqual([
        { recorded: keys.length + sent.size },
      ]);
      // What was rejected is tried again under its number, corrected, twice, while the first content comes once more.
      const rejected = await site.query<{ readonly content: object }>(
        "select content from message where kind = 'upgrade-order' and status = 'rejected' order by accepted_number",
      );
      expect(rejected.length).toBeGreaterThan(2);
      const again = rejected.flatMap(({ content }) => {
        const customer = { company: 'ACME GmbH', email: 'it@acme.example', account: random.pick(accounts) };
        const corrected = { ...content, customer, suite: random.pick(suites), term: 'P3Y', keep: [] };
        return [content, corrected, corrected].map((data) => job('upgrade-order', data));
      });
      await deliver(site, random.shuffled(again));
      await allEnded(site);
      await expectSoundEnding(site);
      const [tries] = await site.query<{ readonly further: number }>(
        'select count(*)::integer as further from message where attempt > 1',
      );
      expect(tries).toEqual({ further: rejected.length });
      const kinds = await site.query(
        "select kind, count(*) filter (where status = 'fulfilled') > 2 as many from message group by kind order by kind",
      );
      const all = ['change-request', 'merge-request', 'registration', 'upgrade-order'];
      expect(kinds).toEqual(all.map((kind) => ({ kind, many: true })));
      const changed = await site.query<{ readonly kind: string }>(
        "select distinct content->>'kind' as kind from message where kind = 'change-request' and status = 'fulfilled' order by 1",
      );
      expect(changed.map(({ kind }) => kind)).toEqual(changeKinds.toSorted());
      await expectSequentialState(site, 'decision', begin);
    });
  },
);

/** In batches of twenty. */
async function deliver({ queues }: DeliverySite, deliveries: readonly Job[]): Promise<void> {
  for (let i = 0; i < deliveries.length; i += 20)
    await Promise.all(
      deliveries.slice(i, i + 20).map(({ kind, name, data }) => queues[kind].add(name, data)),
    );
}
