import { licenseTypes, type LicenseStatus, type LicenseType } from '#src/domain/license.ts';
import type { Database } from '#src/persistence/database.ts';
import type { Random } from '#test/chaos/random.ts';
import { activationCode, givenHoldings, type GivenLicense } from '#test/fulfillment/given-holdings.ts';
import { day } from '#test/fulfillment/messages-by-hand.ts';

export const accountNames = (count: number) => Array.from({ length: count }, (_, i) => `account-${i}`);

/** Products of the example catalog that the accounts own: some to upgrade, some to merge. */
const service = { pid: '100502EN01', prefix: 'WS' } as const;
const products = [
  { pid: '100101EN01', prefix: 'OS' },
  { pid: '100102EN01', prefix: 'CM' },
  { pid: '100107DE03', prefix: 'SM' },
  { pid: '100501EN01', prefix: 'WF' },
  { pid: '100501EN01', prefix: 'WF' },
  service,
] as const;

/**
 * Gives every account zero to five licenses of every kind and state, the same for the same random source. Most are active and of
 * types that may merge, so that most messages have an effect.
 * @returns the codes of each account that can merge on premises
 */
export async function givenRandomHoldings(
  database: Database,
  accounts: readonly string[],
  random: Random,
): Promise<ReadonlyMap<string, readonly string[]>> {
  let number = 0;
  const licenses = accounts.flatMap((account) => {
    const others = Array.from({ length: random.pick([0, 0, 1, 2, 3, 4]) }, () => random.pick(products));
    const owned = random.chance(0.85) ? [service, ...others] : others;
    return owned.map(({ pid, prefix }): GivenLicense => {
      number += 1;
      return {
        account,
        pid,
        activationCode: activationCode(prefix, number),
        status: random.chance(0.9) ? 'active' : random.pick<LicenseStatus>(['suspended', 'revoked']),
        type: random.chance(0.8) ? random.pick<LicenseType>(['retail', 'oem']) : random.pick(licenseTypes),
        edition: random.chance(0.05) ? 'trial' : 'full',
        seats: random.between(1, 200),
        validThrough: day(random.chance(0.05) ? -random.between(1, 300) : random.between(0, 900)),
      };
    });
  });
  const owners = ['northwind', 'northwind', 'northwind', null, null, 'southwind'] as const;
  await givenHoldings(
    database,
    accounts.map((id) => ({
      id,
      reseller: random.pick(owners),
      region: random.chance(0.1) ? 'apac' : 'emea',
    })),
    licenses,
  );
  const mergeable = licenses.filter(({ pid }) => pid === '100501EN01');
  return new Map(
    [...Map.groupBy(mergeable, ({ account }) => account)].map(([account, own]) => [
      account,
      own.map((one) => one.activationCode),
    ]),
  );
}
