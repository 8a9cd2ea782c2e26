import { plainAddress } from '#src/domain/customers/address.ts';
import type { RegistrationKey } from '#src/domain/holdings.ts';

/** What a person who has proven an address may do with a Registration Key (rules §9). */
export type RegistrationRight =
  /** The key has no account: it registers to a new one, or to one that the person is a member of. */
  | { readonly right: 'any-account' }
  /** The key's order named this account, and the person may act for it, or becomes a member by registering. */
  | { readonly right: 'this-account'; readonly account: string; readonly becomesMember: boolean }
  /** It belongs to a customer already; whose is not said. */
  | { readonly right: 'none' };

/**
 * @param address proven, as it is compared
 * @param memberOf the accounts that the address may act for
 */
export function registrationRight(
  key: Pick<RegistrationKey, 'account' | 'customer'>,
  address: string,
  memberOf: readonly string[],
  accountEmail: string | undefined,
): RegistrationRight {
  if (key.account === null) return { right: 'any-account' };
  const { account } = key;
  if (memberOf.includes(account)) return { right: 'this-account', account, becomesMember: false };
  const named = [key.customer.email, accountEmail].map((email) => email !== undefined && plainAddress(email));
  return named.includes(address)
    ? { right: 'this-account', account, becomesMember: true }
    : { right: 'none' };
}

/** An account name out of a company's: its letters and digits; undefined where it has none that a name may hold (contract §8). */
export function accountNameOf(company: string): string | undefined {
  const name = company
    .normalize('NFKD')
    .replaceAll('ß', 'ss')
    .replaceAll(/[øØ]/g, 'o')
    .replaceAll(/[æÆ]/g, 'ae')
    .replaceAll(/[łŁ]/g, 'l')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return name === '' ? undefined : name;
}
