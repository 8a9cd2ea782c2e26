import type { LicenseType } from '#src/domain/license.ts';
import type { Random } from '#test/chaos/random.ts';
import { activationCode, type GivenAccount, type GivenLicense } from '#test/fulfillment/given-holdings.ts';
import { day } from '#test/fulfillment/messages-by-hand.ts';

/** What a history begins with: two accounts, and licenses `L1`, `L2`… of them. */
export interface World {
  readonly reseller: string | null;
  readonly licenses: readonly (Omit<GivenLicense, 'account' | 'activationCode'> & {
    readonly account: 'one' | 'two';
    readonly prefix: string;
    readonly pid: string;
  })[];
}

const most = 16;
const prefixes = new Map([
  ['100101EN01', 'OS'],
  ['100102EN01', 'CM'],
  ['100501EN01', 'WF'],
  ['100502EN01', 'WS'],
]);

export function randomWorld(random: Random): World {
  const pids = [
    ...(random.chance(0.7) ? ['100101EN01'] : []),
    ...(random.chance(0.5) ? ['100102EN01'] : []),
    ...Array.from({ length: random.between(0, 3) }, () => '100501EN01'),
    ...(random.chance(0.8) ? ['100502EN01'] : []),
  ];
  const others = [
    ...(random.chance(0.8) ? ['100502EN01'] : []),
    ...(random.chance(0.4) ? ['100501EN01'] : []),
    ...(random.chance(0.3) ? ['100101EN01'] : []),
  ];
  const given =
    (account: 'one' | 'two') =>
    (pid: string): World['licenses'][number] => ({
      account,
      pid,
      prefix: prefixes.get(pid) ?? 'OS',
      seats: random.between(1, 200),
      validThrough: day(random.between(5, 500)),
      edition: random.chance(0.15) ? 'trial' : 'full',
      status: random.chance(0.06) ? 'suspended' : 'active',
      type: random.pick<LicenseType>(['retail', 'oem']),
    });
  return {
    reseller: random.chance(0.4) ? 'northwind' : null,
    licenses: [...pids.map(given('one')), ...others.map(given('two'))],
  };
}

export function holdingsOf({ reseller, licenses }: World, name: string, number: number) {
  const accounts: GivenAccount[] = ['one', 'two'].map((which) => ({
    id: `${name}-${which}`,
    reseller,
    company: which,
    email: `it@${which}.example`,
  }));
  return {
    accounts,
    licenses: licenses.map(({ account, prefix, ...figures }, i): GivenLicense => ({
      ...figures,
      account: `${name}-${account}`,
      activationCode: activationCode(prefix, number * most + i + 1),
    })),
  };
}

/** The code of an imported license of a run, by its symbol: `L3WF`. */
export function importedCode(symbol: string, run: number): string {
  const [, place = '0', prefix = ''] = /^L(\d+)([A-Z]{2})$/.exec(symbol) ?? [];
  return activationCode(prefix, run * most + Number(place));
}

/** The symbols of the licenses of an account. */
export function importedSymbols({ licenses }: World, account: 'one' | 'two'): readonly string[] {
  return licenses.flatMap((license, i) =>
    license.account === account ? [`L${i + 1}${license.prefix}`] : [],
  );
}
