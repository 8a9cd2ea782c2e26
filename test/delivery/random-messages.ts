import type { Random } from '#test/chaos/random.ts';
import {
  agreed,
  day,
  newAccountData,
  onPremisesMergeData,
  orderData,
  registrationData,
  serviceMergeData,
} from '#test/fulfillment/messages-by-hand.ts';

/**
 * An order of any kind: most for an account that exists, some for nobody's or none.
 * @param codes of each account that owns several of one product: some orders say which is kept
 */
export function randomOrder(
  orderNumber: string,
  accounts: readonly string[],
  random: Random,
  suites: readonly string[] = ['SPC', 'SPE'],
  codes: ReadonlyMap<string, readonly string[]> = new Map(),
): object {
  const account = random.chance(0.1) ? undefined : random.chance(0.03) ? 'nobody' : random.pick(accounts);
  const own = codes.get(account ?? '') ?? [];
  return orderData({
    orderNumber,
    reseller: random.chance(0.9) ? 'northwind' : 'southwind',
    customer: { account },
    suite: random.pick(suites),
    seats: 1 + random.between(0, 299),
    term: random.pick(['P1M', 'P6M', 'P1Y', 'P2Y', 'P3Y']),
    startsOn: day(random.between(0, 59) - 40),
    allowFewerSeats: random.chance(0.7),
    ...(account !== undefined && random.chance(0.3) && { register: agreed }),
    ...(own.length > 1 && random.chance(0.5) && { keep: [random.pick(own)] }),
  });
}

/** A registration of one of the keys, mostly by the account that usually does; seldom by another one, or a new one. */
export function randomRegistration(
  keys: readonly string[],
  accounts: readonly string[],
  random: Random,
): object {
  const key = random.pick(keys);
  const usual = accounts[keys.indexOf(key) % accounts.length];
  const account = random.chance(0.8) ? usual : random.pick(accounts);
  const products = ['OfficeScan', 'WFBS', 'WFBS-SVC', 'Control Manager'];
  const select = products.filter(() => random.chance(0.5));
  return registrationData(key, {
    ...(random.chance(0.1) ? { newAccount: newAccountData(`new-${random.between(0, 9)}`) } : { account }),
    ...(random.chance(0.5) && { select }),
    reseller: random.chance(0.9) ? 'northwind' : 'southwind',
  });
}

/** A merge request of either kind; most by an operator. */
export function randomMerge(
  requestNumber: string,
  accounts: readonly string[],
  mergeable: ReadonlyMap<string, readonly string[]>,
  random: Random,
): object {
  const reseller = random.chance(0.8) ? {} : { reseller: 'northwind' };
  const holders = [...mergeable].filter(([, codes]) => codes.length > 1);
  const [account, codes] = holders[random.between(0, holders.length - 1)] ?? ['', []];
  const [retain, ...others] = random.shuffled(codes);
  if (retain === undefined || random.chance(0.65))
    return serviceMergeData(random.pick(accounts), random.pick(accounts), { requestNumber, ...reseller });
  const merge = others.filter(() => random.chance(0.6));
  return onPremisesMergeData(account, retain, {
    requestNumber,
    ...reseller,
    ...(merge.length > 0 && random.chance(0.7) && { merge }),
  });
}
