import { statement, type Transaction } from '#src/persistence/database.ts';

export interface FoundAccount {
  readonly account: string;
  readonly company: string;
  readonly reseller: string | null;
}

const accountColumns = 'id as account, company, reseller';

export function findAccountById(tx: Transaction, id: string): Promise<readonly FoundAccount[]> {
  return statement(tx, `select ${accountColumns} from account where id = $1`, [id]);
}

/** Accounts whose company's name begins so, in any case. `%` and `_` stand for themselves. */
export function findCompanies(
  tx: Transaction,
  beginning: string,
  limit: number,
): Promise<readonly FoundAccount[]> {
  const pattern = `${beginning.toLowerCase().replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return statement(
    tx,
    `select ${accountColumns} from account where lower(company) like $1 order by lower(company), id limit $2`,
    [pattern, limit],
  );
}

/** Codes in full that end with these four symbols: of licenses, and of Registration Keys. */
export async function findCodesEnding(
  tx: Transaction,
  lastFour: string,
  limit: number,
): Promise<readonly { readonly kind: 'license' | 'key'; readonly code: string }[]> {
  return statement(
    tx,
    `(select 'license' as kind, activation_code as code from license where right(activation_code, 4) = $1 limit $2)
     union all
     (select 'key' as kind, code from registration_key where right(code, 4) = $1 limit $2)`,
    [lastFour, limit],
  );
}

/** The message that a hold is about. */
export async function findMessageOfHold(tx: Transaction, hold: string): Promise<string | undefined> {
  const [row] = await statement<{ readonly message: string }>(
    tx,
    'select message from hold where id = $1::uuid',
    [hold],
  );
  return row?.message;
}
