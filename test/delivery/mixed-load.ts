import { kinds, type MessageKind } from '#jobs/kinds.ts';
import { changeKinds } from '#src/domain/lifecycle/change-request.ts';
import { randomChange, type ChangeTargets } from '#test/chaos/load/random-changes.ts';
import type { Random } from '#test/chaos/random.ts';
import { randomMerge, randomOrder, randomRegistration } from '#test/delivery/random-messages.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { agreed, onPremisesMergeData, orderData } from '#test/fulfillment/messages-by-hand.ts';
import type { Ledger } from '#test/fulfillment/open-ledger.ts';

/** A message as a producer adds it. */
export interface Job {
  readonly kind: MessageKind;
  readonly name: string;
  readonly data: object;
}

export function job(kind: MessageKind, data: object): Job {
  return { kind, name: kinds[kind].jobName, data };
}

/** How many messages of each kind. */
export interface Counts {
  readonly orders: number;
  readonly registrations: number;
  readonly merges: number;
  readonly changes: number;
}

/** What messages can name: what there is, what comes in the same round, and what was. */
export interface Targets extends ChangeTargets {
  readonly accounts: readonly string[];
  readonly suites: readonly string[];
  /** The codes of each account that can merge on premises. */
  readonly mergeable: ReadonlyMap<string, readonly string[]>;
}

export const numbers = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${prefix}-${i}`);

/** Messages of every kind, and change requests of every kind, that name each other, too. */
export function mixedRound(round: string, counts: Counts, targets: Targets, random: Random): readonly Job[] {
  const { accounts, suites, mergeable } = targets;
  const [orders, merges, changes] = [
    numbers(`PO-${round}`, counts.orders),
    numbers(`MR-${round}`, counts.merges),
    numbers(`CR-${round}`, counts.changes),
  ];
  const all: ChangeTargets = {
    ...targets,
    orders: [...targets.orders, ...orders],
    merges: [...targets.merges, ...merges.map((requestNumber) => ({ requestNumber, reseller: null }))],
    changes: [...targets.changes, ...changes],
  };
  return [
    ...orders.map((number) => job('upgrade-order', randomOrder(number, accounts, random, suites, mergeable))),
    ...Array.from({ length: counts.registrations }, () =>
      job('registration', randomRegistration(targets.registrationKeys, accounts, random)),
    ),
    ...merges.map((number) => job('merge-request', randomMerge(number, accounts, mergeable, random))),
    ...changes.map((requestNumber, i) => {
      const reseller = random.chance(0.95) ? 'northwind' : 'southwind';
      const kind = changeKinds[i % changeKinds.length] ?? 'seats';
      return job('change-request', randomChange({ requestNumber, reseller }, kind, all, random));
    }),
  ];
}

/** All codes that are there now, issued ones and those that took the place of another, and the latest merges. */
export async function presentTargets({ query }: Pick<Ledger, 'query'>) {
  const keys = await query<{ readonly code: string }>(
    "select code from registration_key where coalesce(account, '') not like 'calm-%' order by id",
  );
  const licenses = await query<{ readonly code: string; readonly account: string; readonly pid: string }>(
    "select activation_code as code, account, pid from license where account not like 'calm-%' order by id",
  );
  const merging = licenses.filter(({ pid }) => pid.startsWith('100501'));
  const latest = await query<{ readonly requestNumber: string; readonly reseller: string | null }>(
    `select number as "requestNumber", reseller from message
     where kind = 'merge-request' and status = 'fulfilled' and account not like 'calm-%' order by decided_number desc limit 12`,
  );
  return {
    registrationKeys: keys.map(({ code }) => code),
    activationCodes: licenses.map(({ code }) => code),
    mergeable: new Map(
      [...Map.groupBy(merging, ({ account }) => account)].map(([account, own]) => [
        account,
        own.map(({ code }) => code),
      ]),
    ),
    merges: latest,
  };
}

const calmMerge = { account: 'calm-undo-merge', requestNumber: 'CALM-undo-merge' } as const;
const [calmSurvivor, calmMerged] = [activationCode('WF', 900_001), activationCode('WF', 900_002)];

/** What the calm account owns that merges. */
export function givenCalmHoldings({ database }: Pick<Ledger, 'database'>): Promise<void> {
  const { account } = calmMerge;
  const owned = [calmSurvivor, calmMerged].map((code) => ({
    account,
    activationCode: code,
    pid: '100501EN01',
  }));
  return givenHoldings(database, [{ id: account }], owned);
}

/**
 * For each kind of change request, a message of an account that no other names, and a change of it: so that each kind is fulfilled once at
 * least, whatever becomes of those that chance makes.
 */
export function calmOnes(): { readonly first: readonly Job[]; readonly changes: readonly Job[] } {
  const first = changeKinds.map((kind) =>
    kind === 'undo-merge'
      ? job('merge-request', {
          ...onPremisesMergeData(calmMerge.account, calmSurvivor, { merge: [calmMerged] }),
          requestNumber: calmMerge.requestNumber,
        })
      : job(
          'upgrade-order',
          orderData({
            orderNumber: `CALM-${kind}`,
            customer: { account: `calm-${kind}` },
            register: agreed,
          }),
        ),
  );
  const fields = {
    seats: { seats: 300 },
    renewal: { term: 'P1Y' },
    cancellation: {},
    return: {},
    suspension: { because: 'payment' },
    resumption: { because: 'payment' },
    'code-replacement': { because: 'leaked' },
  } as const;
  const changes = changeKinds.map((kind) =>
    job('change-request', {
      requestNumber: `CALM-${kind}`,
      requestedAt: agreed.acceptedAgreementAt,
      kind,
      ...(kind === 'undo-merge'
        ? { mergeRequest: calmMerge.requestNumber }
        : { reseller: 'northwind', order: `CALM-${kind}`, ...fields[kind] }),
    }),
  );
  return { first, changes };
}
