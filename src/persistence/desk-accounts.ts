import type { Edition, LicenseType } from '#src/domain/license.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';

/** An account, whole. */
export interface DeskAccount {
  readonly id: string;
  readonly company: string;
  readonly contact: string | null;
  readonly email: string;
  readonly country: string;
  readonly region: string;
  readonly reseller: string | null;
  readonly mergedInto: string | null;
  readonly createdAt: string;
}

/** A license, the code in full: it is masked where it is shown. */
export interface DeskLicense {
  readonly id: string;
  readonly activationCode: string;
  readonly pid: string;
  readonly type: LicenseType;
  readonly edition: Edition;
  readonly status: string;
  readonly seats: number;
  readonly validThrough: string;
  /** Code of the license that it was merged into. */
  readonly mergedInto: string | null;
}

/** A Registration Key, the code in full. */
export interface DeskKey {
  readonly id: string;
  readonly code: string;
  readonly suite: string;
  readonly orderNumber: string;
  readonly reseller: string;
  readonly seats: number;
  readonly validThrough: string;
  readonly issuedAt: string;
  readonly isAlias: boolean;
}

/** A page shows no more of each. */
const mostShown = 200;

export async function findDeskAccount(tx: Transaction, id: string): Promise<DeskAccount | undefined> {
  const [row] = await statement<DeskAccount>(
    tx,
    `select id, company, contact, email, country, region, reseller, merged_into as "mergedInto", created_at as "createdAt"
     from account where id = $1`,
    [id],
  );
  return row;
}

export function findDeskLicenses(tx: Transaction, account: string): Promise<readonly DeskLicense[]> {
  return statement(
    tx,
    `select license.id, license.activation_code as "activationCode", license.pid, license.type, license.edition, license.status,
       license.seats, license.valid_through as "validThrough", survivor.activation_code as "mergedInto"
     from license left join license as survivor on survivor.id = license.merged_into
     where license.account = $1 order by license.pid, license.activation_code limit ${mostShown}`,
    [account],
  );
}

export function findDeskKeys(tx: Transaction, account: string): Promise<readonly DeskKey[]> {
  return statement(
    tx,
    `select id, code, suite, order_number as "orderNumber", reseller, seats, valid_through as "validThrough", issued_at as "issuedAt",
       alias_of is not null as "isAlias"
     from registration_key where account = $1 order by issued_at, id limit ${mostShown}`,
    [account],
  );
}

/** Accounts that were merged into this one. */
export async function findMergedAccounts(tx: Transaction, account: string): Promise<readonly string[]> {
  const rows = await statement<{ readonly id: string }>(
    tx,
    `select id from account where merged_into = $1 order by id limit ${mostShown}`,
    [account],
  );
  return rows.map(({ id }) => id);
}

/** A mail to one of the account's members. */
export interface DeskMail {
  readonly kind: string;
  readonly recipient: string;
  readonly status: string;
  readonly at: string;
  readonly fault: string | null;
}

/** The latest mails to the addresses. */
export function findMailsTo(tx: Transaction, addresses: readonly string[]): Promise<readonly DeskMail[]> {
  return statement(
    tx,
    `select kind, recipient, status, coalesce(ended_at, created_at) as at, fault
     from unnest($1::text[]) as address cross join lateral (
       select * from mail where lower(recipient) = address order by id desc limit 20
     ) as latest order by latest.id desc limit 50`,
    [addresses],
  );
}

/** The code of a license or key of the account. */
export async function findCodeOf(tx: Transaction, account: string, id: string): Promise<string | undefined> {
  const [row] = await statement<{ readonly code: string }>(
    tx,
    `select activation_code as code from license where id = $1::uuid and account = $2
     union all select code from registration_key where id = $1::uuid and account = $2`,
    [id, account],
  );
  return row?.code;
}
