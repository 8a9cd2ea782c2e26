import { describe, expect, test } from 'vitest';
import { acceptMessages } from '#src/fulfillment/batch/accept-messages.ts';
import { preview } from '#src/fulfillment/looking/preview.ts';
import { seededRandom } from '#test/chaos/random.ts';
import { allEnded, openDeliverySite, type DeliverySite } from '#test/delivery/delivery-site.ts';
import { expectSequentialState, expectSoundEnding } from '#test/delivery/expected-state.ts';
import { describeOnBothBackends, loadOf } from '#test/delivery/on-both-backends.ts';
import { accountNames, givenRandomHoldings } from '#test/delivery/random-holdings.ts';
import { randomMerge } from '#test/delivery/random-messages.ts';
import { outcomeAfter } from '#test/fulfillment/ending.ts';
import { foreseeable } from '#test/fulfillment/foreseeable.ts';
import { parsed } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';

const accounts = accountNames(60);
const clientCount = 8;
const seed = 550_033;

const begin = ({ database }: Ledger) => givenRandomHoldings(database, accounts, seededRandom(seed + 1));

function requests(
  mergeable: ReadonlyMap<string, readonly string[]>,
  requestCount: number,
): readonly object[] {
  const random = seededRandom(seed);
  return Array.from({ length: requestCount }, (_, i) => randomMerge(`MR-${i}`, accounts, mergeable, random));
}

/** Half of the clients are plain producers; the others have their requests accepted first, as HTTP does. */
async function send(site: DeliverySite, client: number, mine: readonly object[]): Promise<void> {
  const queue = site.queues['merge-request'];
  for (const data of mine) {
    if (client % 2 === 0) {
      await queue.add('merge-request.v1', data);
      continue;
    }
    const [accepted] = await acceptMessages(
      site.fulfillment,
      [parsed('merge-request', data)],
      `client ${client}`,
    );
    if (!accepted || !('id' in accepted)) throw new Error('A request was not accepted.');
    await queue.add('merge-request.v1', { recorded: accepted.id });
  }
}

const seatsSql = `with recursive chain as (
    select id, id as root, merged_into from license
    union all select chain.id, license.id, license.merged_into from chain join license on license.id = chain.merged_into
  )
  select root as id, sum(first.seats)::integer as brought, min(survivor.seats) as has
  from chain join license_grant as first on first.license = chain.id and first.number = 1
  join license as survivor on survivor.id = chain.root
  where chain.merged_into is null group by root`;

describeOnBothBackends(
  'Random merge requests, crossing and chained, each sent twice by 8 clients to two worker processes',
  (redisUrl) => {
    test(
      'end as a sequential replay of the recorded order of decisions, with every seat kept',
      { timeout: 600_000 },
      async () => {
        const site = await openDeliverySite(redisUrl);
        const requestCount = loadOf(500, redisUrl);
        const all = requests(await begin(site), requestCount);
        await site.spawnWorkers(2);
        const random = seededRandom(seed + 2);
        const clients = Array.from({ length: clientCount }, (_, client) => {
          const mine = all.filter((_, i) => i % clientCount === client || (i + 3) % clientCount === client);
          return send(site, client, random.shuffled(mine));
        });
        await Promise.all(clients);
        await allEnded(site);
        await expectSoundEnding(site);
        const statuses = await site.query<{ readonly status: string; readonly count: number }>(
          'select status, count(*)::integer as count from message group by status',
        );
        expect(statuses.reduce((sum, { count }) => sum + count, 0)).toBe(requestCount);
        expect(statuses.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'held', 'rejected']);
        const seats = await site.query<{ readonly brought: number; readonly has: number }>(seatsSql);
        expect(seats.filter(({ brought, has }) => brought !== has)).toEqual([]);
        await expectSequentialState(site, 'decision', begin);
      },
    );
  },
);

describe('previews of that run’s start state', () => {
  test('agree with what each request then does to it', { timeout: 600_000 }, async () => {
    const ledger = await openLedger();
    const all = requests(await begin(ledger), 500);
    await ledger.query('create table license_at_start as table license');
    const known = JSON.stringify(await ledger.query('select activation_code from license'));
    for (const data of all) {
      const message = parsed('merge-request', data);
      const foreseen = await preview(ledger.fulfillment, message, { kind: 'operator' });
      const real = await outcomeAfter(ledger.fulfillment, message);
      expect(foreseen.outcome).toBe('preview');
      if (foreseen.outcome === 'preview')
        expect(foreseeable(foreseen.preview, known)).toEqual(foreseeable(real, known));
      if (real.status === 'fulfilled') await backToStart(ledger);
    }
    const codes = await ledger.query<{ readonly code: string }>(
      "select distinct coalesce(reason->>'code', status) as code from message",
    );
    expect(codes.length).toBeGreaterThan(8);
  });
});

/** Undoes what a merge did to the licenses and accounts. */
async function backToStart({ query }: Ledger): Promise<void> {
  await query("delete from license_grant where cause_kind <> 'import'");
  await query('update account set merged_into = null where merged_into is not null');
  await query(
    `update license set status = start.status, seats = start.seats, valid_through = start.valid_through, merged_into = null, grants = start.grants
     from license_at_start as start where start.id = license.id and license is distinct from start`,
  );
}
