import { statement, type Transaction } from '#src/persistence/database.ts';
import { asFoundMessages, foundMessage, type FoundMessage } from '#src/persistence/found.ts';
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

/** The text begins as $1 does, in any case. Compared as bytes are: one plan for all beginnings could not use LIKE. */
const begins = (text: string) =>
  `lower(${text}) ~>=~ lower($1) and lower(${text}) ~<~ (lower($1) || chr(1114111))`;

/** Accounts whose company's name begins so. */
export function findCompanies(
  tx: Transaction,
  beginning: string,
  limit: number,
): Promise<readonly FoundAccount[]> {
  return statement(
    tx,
    `select ${accountColumns} from account where ${begins('company')}
     order by lower(company) using ~<~ limit $2`,
    [beginning, limit],
  );
}

const beginsSo = begins("customer->>'company'");

/** Of the orders that wait for a person, and of those that were rejected, the latest that are looked through for a company. */
const mostUnfulfilled = 2000;

const latestOrders = (status: 'held' | 'rejected') => `select * from (
     select *, content->'customer' as customer from message where status = '${status}' order by id desc limit ${mostUnfulfilled}
   ) as latest where kind = 'upgrade-order' and ${beginsSo}`;

/**
 * Orders of customers who have no account, though their company's name begins so: those whose key nobody has registered, and those that
 * were held or rejected. The latest first.
 */
export async function findOrdersWithoutAccount(
  tx: Transaction,
  beginning: string,
  limit: number,
): Promise<readonly FoundMessage[]> {
  const rows = await statement<FoundMessage>(
    tx,
    `with unregistered as (
       select reseller, order_number from registration_key where account is null and ${beginsSo}
       order by lower(customer->>'company') using ~<~ limit $2
     ), found as (
       select sold.* from unregistered cross join lateral (
         select *, content->'customer' as customer from message where kind = 'upgrade-order' and number = unregistered.order_number
           and reseller = unregistered.reseller order by attempt desc limit 1
       ) as sold
       union all (${latestOrders('held')}) union all (${latestOrders('rejected')})
     )
     select distinct ${foundMessage} from found
     where not exists (select from account where account.id = found.account) order by id desc limit $2`,
    [beginning, limit],
  );
  return asFoundMessages(rows);
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
