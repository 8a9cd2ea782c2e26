import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { kinds, type MessageKind } from '#jobs/kinds.ts';
import { changeKinds } from '#src/domain/lifecycle/change-request.ts';
import { shippedCatalog } from '#src/files/catalog-file.ts';
import { kindOfPlace, randomChange } from '#test/chaos/load/random-changes.ts';
import { seededRandom } from '#test/chaos/random.ts';
import { allEnded, openDeliverySite, type DeliverySite } from '#test/delivery/delivery-site.ts';
import { expectSequentialState, expectSoundEnding } from '#test/delivery/expected-state.ts';
import { describeOnBothBackends } from '#test/delivery/on-both-backends.ts';
import { accountNames, givenRandomHoldings } from '#test/delivery/random-holdings.ts';
import { randomMerge, randomOrder, randomRegistration } from '#test/delivery/random-messages.ts';
import { existing, outcomeAfter } from '#test/fulfillment/ending.ts';
import { order } from '#test/fulfillment/messages-by-hand.ts';
import type { Ledger } from '#test/fulfillment/open-ledger.ts';

const accounts = accountNames(30);
const seed = 77_002;

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

describeOnBothBackends(
  'Orders, registrations, merges and change requests of the same accounts, each delivered twice to two worker processes',
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
      const numbers = (prefix: string, count: number) =>
        Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
      const head = (requestNumber: string) => ({
        requestNumber,
        reseller: random.chance(0.95) ? 'northwind' : 'southwind',
      });
      const targets = {
        orders: [...numbers('PO', 220), ...numbers('KEY', keys.length)],
        registrationKeys: keys,
        activationCodes: [...mergeable.values()].flat(),
        merges: numbers('MR', 90).map((requestNumber) => ({ requestNumber, reseller: null })),
        changes: numbers('CR', 160),
      };
      const messages = [
        ...Array.from({ length: 220 }, (_, i) =>
          job('upgrade-order', randomOrder(`PO-${i}`, accounts, random, suites)),
        ),
        ...Array.from({ length: 90 }, () => job('registration', randomRegistration(keys, accounts, random))),
        ...Array.from({ length: 90 }, (_, i) =>
          job('merge-request', randomMerge(`MR-${i}`, accounts, mergeable, random)),
        ),
        ...targets.changes.map((number, i) =>
          job('change-request', randomChange(head(number), kindOfPlace(i), targets, random)),
        ),
      ];
      await site.spawnWorkers(2);
      await deliver(site, random.shuffled([...messages, ...messages]));
      await allEnded(site);
      await expectSoundEnding(site);
      const last = numbers('LAST', 20).map((number) =>
        job('merge-request', randomMerge(number, accounts, mergeable, random)),
      );
      await deliver(site, [...last, ...last]);
      await allEnded(site);
      // What changes all that there is by now, by the codes of now.
      const present = {
        ...targets,
        ...(await presentTargets(site)),
        changes: [...targets.changes, ...numbers('NEXT', 160)],
      };
      const next = numbers('NEXT', 160).map((number, i) =>
        job('change-request', randomChange(head(number), kindOfPlace(i), present, random)),
      );
      const undoing = next.filter(({ data }) => 'mergeRequest' in data);
      await deliver(site, undoing);
      await allEnded(site);
      await deliver(site, random.shuffled([...next, ...next]));
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
async function deliver(
  { queues }: DeliverySite,
  deliveries: readonly ReturnType<typeof job>[],
): Promise<void> {
  for (let i = 0; i < deliveries.length; i += 20)
    await Promise.all(
      deliveries.slice(i, i + 20).map(({ kind, name, data }) => queues[kind].add(name, data)),
    );
}

/** All codes that are there now, issued ones and those that took the place of another, and the latest merges. */
async function presentTargets({ query }: DeliverySite) {
  const codes = async (sql: string) => (await query<{ readonly code: string }>(sql)).map(({ code }) => code);
  return {
    registrationKeys: await codes('select code from registration_key order by id'),
    activationCodes: await codes('select activation_code as code from license order by id'),
    // The latest: nothing may have come after a merge that is undone.
    merges: await query<{ readonly requestNumber: string; readonly reseller: string | null }>(
      `select number as "requestNumber", reseller from message where kind = 'merge-request' and status = 'fulfilled'
       order by decided_number desc limit 12`,
    ),
  };
}

function job(kind: MessageKind, data: object) {
  return { kind, name: kinds[kind].jobName, data };
}
