import { statement, type Transaction } from '#src/persistence/database.ts';
import { foundRejected, type FoundRejectedMessage } from '#src/persistence/rejected-messages.ts';

export interface FoundAccount {
  readonly account: string;
  readonly company: string;
  readonly reseller: string | null;
}

const accountColumns = 'id as account, company, reseller';

export function findAccountById(tx: Transaction, id: string): Promise<readonly FoundAccount[]> {
  return statement(tx, `select ${accountColumns} from account where id = $1`, [id]);
}

/** Accounts whose company's name begins so, in any case. Compared as bytes are: one plan for all beginnings could not use LIKE. */
export function findCompanies(
  tx: Transaction,
  beginning: string,
  limit: number,
): Promise<readonly FoundAccount[]> {
  return statement(
    tx,
    `select ${accountColumns} from account where lower(company) ~>=~ lower($1) and lower(company) ~<~ (lower($1) || chr(1114111))
     order by lower(company) using ~<~ limit $2`,
    [beginning, limit],
  );
}

/** The code in full of a license, or of a Registration Key. */
export interface FoundCode {
  readonly kind: 'license' | 'key';
  readonly code: string;
}

/** Codes in full that end with these four symbols: of licenses, and of Registration Keys. */
export async function findCodesEnding(
  tx: Transaction,
  lastFour: string,
  limit: number,
): Promise<readonly FoundCode[]> {
  return statement(
    tx,
    `(select 'license' as kind, activation_code as code from license where right(activation_code, 4) = $1 limit $2)
     union all
     (select 'key' as kind, code from registration_key where right(code, 4) = $1 limit $2)`,
    [lastFour, limit],
  );
}

export interface FoundHold {
  readonly hold: string;
  readonly code: string;
  /** The message that it holds. */
  readonly message: string;
  readonly decision: 'approved' | 'rejected' | null;
}

export function findHoldById(tx: Transaction, id: string): Promise<readonly FoundHold[]> {
  return statement(tx, 'select id as hold, code, message, decision from hold where id = $1::uuid', [id]);
}

export function findRejectedById(tx: Transaction, id: string): Promise<readonly FoundRejectedMessage[]> {
  return statement(tx, `select ${foundRejected} from rejected_message where id = $1::uuid`, [id]);
}

/** The code in full of the license or Registration Key with this id. */
export function findCodesById(tx: Transaction, id: string): Promise<readonly FoundCode[]> {
  return statement(
    tx,
    `select 'license' as kind, activation_code as code from license where id = $1::uuid
     union all select 'key', code from registration_key where id = $1::uuid`,
    [id],
  );
}
