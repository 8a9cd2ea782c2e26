import type { CauseKind, MessageKind } from '#jobs/kinds.ts';
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
  /** The message of its latest order. */
  readonly order: string | null;
}

/** A page shows no more of each. */
export const mostShown = 200;

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

/** Registration Keys of the account `$1`: those that live, and those that stand for them; both have their indexes. */
const ownedKeys = `with recursive owned_key as (
    select * from registration_key where account = $1 and alias_of is null
    union all
    select younger.* from owned_key cross join lateral (select * from registration_key where alias_of = owned_key.id offset 0) as younger
  )`;

export function findDeskKeys(tx: Transaction, account: string): Promise<readonly DeskKey[]> {
  return statement(
    tx,
    `${ownedKeys}
     select id, code, suite, order_number as "orderNumber", reseller, seats, valid_through as "validThrough", issued_at as "issuedAt",
       alias_of is not null as "isAlias", (select max(message.id::text) from message where message.kind = 'upgrade-order'
         and message.number = order_number and message.reseller = owned_key.reseller) as "order"
     from owned_key order by issued_at, id limit ${mostShown}`,
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

/** A grant, and the code of the license that got it. */
export interface DeskGrant {
  readonly activationCode: string;
  readonly causeKind: CauseKind;
  /** Id of the message, the decided hold, or the import run. */
  readonly cause: string;
  readonly seats: number;
  readonly validThrough: string;
  readonly madeAt: string;
}

/** The latest grants of the licenses of an account. */
export function findDeskGrants(tx: Transaction, account: string): Promise<readonly DeskGrant[]> {
  return statement(
    tx,
    `select owned.activation_code as "activationCode", cause_kind as "causeKind", cause, latest.seats, latest.valid_through as "validThrough",
       made_at as "madeAt"
     from (select id, activation_code from license where account = $1 order by pid, activation_code limit ${mostShown}) as owned
     cross join lateral (select * from license_grant where license = owned.id order by number desc limit 50) as latest
     order by made_at desc, owned.activation_code limit ${mostShown}`,
    [account],
  );
}

/** A version of a certificate of the account. */
export interface DeskCertificate {
  readonly number: string;
  readonly version: number;
  readonly message: string;
  readonly kind: MessageKind;
  readonly messageNumber: string;
  readonly writtenAt: string;
}

/** The latest versions of the certificates of the account's keys and licenses. */
export function findDeskCertificates(tx: Transaction, account: string): Promise<readonly DeskCertificate[]> {
  return statement(
    tx,
    `${ownedKeys}
     select latest.number, latest.version, latest.message, message.kind, message.number as "messageNumber", latest.written_at as "writtenAt"
     from (
       select certificate_number as number from (select * from owned_key limit ${mostShown}) as key
       union
       select series.certificate_number from (select id from license where account = $1 limit ${mostShown}) as owned
       join license_series as series on series.license = owned.id
     ) as named
     cross join lateral (select * from certificate where certificate.number = named.number order by version desc limit 20) as latest
     join message on message.id = latest.message
     order by latest.written_at desc, latest.number limit 100`,
    [account],
  );
}

/** A code of the account that was replaced. */
export interface DeskRetiredCode {
  readonly code: string;
  readonly now: string;
  readonly until: string | null;
  readonly replacedBy: string;
  readonly retiredAt: string;
}

export function findDeskRetiredCodes(tx: Transaction, account: string): Promise<readonly DeskRetiredCode[]> {
  return statement(
    tx,
    `${ownedKeys}
     select retired.code, owned.code as now, resolves_until as until, replaced_by as "replacedBy", retired_at as "retiredAt"
     from (select id, activation_code as code from license where account = $1 limit ${mostShown}) as owned
     join retired_code as retired on retired.license = owned.id
     union all
     select retired.code, owned.code, resolves_until, replaced_by, retired_at
     from (select id, code from owned_key limit ${mostShown}) as owned
     join retired_code as retired on retired.registration_key = owned.id
     limit ${mostShown}`,
    [account],
  );
}

/** Merge requests that took from this account, the latest first. */
export function findMergesFrom(
  tx: Transaction,
  account: string,
): Promise<readonly { readonly id: string; readonly number: string; readonly into: string | null }[]> {
  return statement(
    tx,
    `select id, number, account as into from message where kind = 'merge-request' and content->>'from' = $1 order by id desc limit 50`,
    [account],
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
