import { expect, test } from 'vitest';
import { accountView } from '#src/fulfillment/looking/account-view.ts';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { existing, outcomeAfter } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { agreed, change, day, order, registration } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';

/** One step of a history: orders, registrations by the order that made their key, and changes, told by numbers from 0 to 1. */
interface Step {
  readonly what: 'order' | 'registration' | 'seats' | 'renewal' | 'suspension' | 'cancellation';
  readonly number: string;
  readonly chance: number;
}

/** Seeded, so that a failure comes again (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function begin(): Promise<Ledger> {
  const ledger = await openLedger();
  await givenHoldings(
    ledger.database,
    [{ id: 'acme' }],
    [
      { account: 'acme', activationCode: activationCode('OS', 1), seats: 100, validThrough: day(50) },
      { account: 'acme', activationCode: activationCode('CM', 1), pid: '100102EN01', edition: 'trial' },
    ],
  );
  return ledger;
}

/** @param keys the Registration Key of each suite, as it came out here */
async function take({ fulfillment }: Ledger, step: Step, keys: Map<string, string>) {
  const { what, number, chance } = step;
  const suite = Math.floor(chance * 1000) % 2 === 0 ? 'SPE' : 'SPC';
  const seats = 50 + Math.floor(chance * 40) * 10;
  const key = keys.get(suite);
  const because = 'random';
  if (what === 'order') {
    const term = `P${1 + (Math.floor(chance * 100) % 4)}M`;
    const register = chance > 0.7 ? { register: agreed } : {};
    const content = { orderNumber: number, suite, seats, term, allowFewerSeats: chance < 0.8, ...register };
    const outcome = await outcomeAfter(fulfillment, order(content));
    if (outcome.registrationKey !== undefined) keys.set(suite, outcome.registrationKey);
    return outcome;
  }
  if (key === undefined) return undefined;
  if (what === 'registration')
    return outcomeAfter(
      fulfillment,
      registration(key, chance > 0.5 ? {} : { select: ['OfficeScan', 'Endpoint Encryption'] }),
    );
  const target = { kind: what, requestNumber: number, registrationKey: key };
  if (what === 'seats') return outcomeAfter(fulfillment, change({ ...target, seats, allowFewerSeats: true }));
  if (what === 'renewal') return outcomeAfter(fulfillment, change({ ...target, term: 'P1M' }));
  if (what === 'cancellation') return outcomeAfter(fulfillment, change({ ...target, endsOn: day(20) }));
  return outcomeAfter(fulfillment, change({ ...target, because }));
}

async function holdings({ fulfillment }: Ledger) {
  const view = existing(await accountView(fulfillment, 'acme', { kind: 'operator' }));
  const items = view.licenses.filter(({ status }) => status !== 'revoked');
  return {
    reseller: view.account.reseller,
    alignedEnd: view.alignedEnd,
    items: items.map(({ pid, seats, validThrough, edition, status }) => [
      pid,
      seats,
      validThrough,
      edition,
      status,
    ]),
  };
}

const kinds = ['order', 'order', 'registration', 'seats', 'renewal', 'suspension', 'cancellation'] as const;

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'history %i: after a return the account is as if the order had never been, or a person is asked',
  async (seed) => {
    const random = randomOf(seed);
    const steps: Step[] = Array.from({ length: 9 }, (_, i) => ({
      what: i === 0 ? 'order' : (kinds[Math.floor(random() * kinds.length)] ?? 'order'),
      number: `N-${i}`,
      chance: random(),
    }));
    const ledger = await begin();
    const keys = new Map<string, string>();
    const outcomes: (Outcome | undefined)[] = [];
    for (const step of steps) outcomes.push(await take(ledger, step, keys));
    const fulfilled = steps.filter((step, i) => step.what === 'order' && outcomes[i]?.status === 'fulfilled');
    const chosen = existing(fulfilled[Math.floor(random() * fulfilled.length)]);
    const asked = { kind: 'return', requestNumber: 'R-1', order: chosen.number };
    const returned = await outcomeAfter(ledger.fulfillment, change(asked));
    expect(await brokenInvariants(ledger)).toEqual([]);
    if (returned.status === 'held') return;
    expect(returned.status).toBe('fulfilled');
    const empty = await begin();
    const other = new Map<string, string>();
    for (const [i, step] of steps.entries())
      if (step !== chosen && outcomes[i]?.status === 'fulfilled') await take(empty, step, other);
    expect(await holdings(ledger)).toEqual(await holdings(empty));
  },
);
