import { statement, type Transaction } from '#src/persistence/database.ts';

/** A name that exists, with the account that it belongs to and the reseller whose that is; a Registration Key is its seller's. */
export interface OwnedName {
  readonly name: string;
  readonly id: string;
  readonly reseller: string | null;
}

/** Whose the accounts, Registration Keys and Activation Codes are, replaced ones included; those that do not exist are missing. */
export function findOwned(
  tx: Transaction,
  names: {
    readonly accounts: readonly string[];
    readonly registrationKeys: readonly string[];
    readonly activationCodes: readonly string[];
  },
): Promise<readonly OwnedName[]> {
  return statement(
    tx,
    `select id as name, id, reseller from account where id = any($1::text[])
     union all
     select code, coalesce(account, ''), reseller from registration_key where code = any($2::text[])
     union all
     select named.activation_code, owner.id, owner.reseller
     from (select activation_code, account from license where activation_code = any($3::text[]) offset 0) as named
     cross join lateral (select id, reseller from account where id = named.account offset 0) as owner`,
    [names.accounts, names.registrationKeys, names.activationCodes],
  );
}
