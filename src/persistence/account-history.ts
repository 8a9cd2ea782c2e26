import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import type { RegistrationKey } from '#src/domain/holdings.ts';
import type { Edition, LicenseStatus } from '#src/domain/license.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';
import { messageColumns, type MessageIdentity, type MessageRow } from '#src/persistence/messages.ts';
import { rowSource } from '#src/persistence/row-source.ts';

/** A license after one of its changes; status, edition and keys are null in grants that were written before they were kept. */
export interface LicenseImage {
  readonly license: string;
  readonly number: number;
  readonly causeKind: string;
  readonly cause: string;
  readonly registrationKey: string | null;
  readonly seats: number;
  readonly validThrough: string;
  readonly anchor: string | null;
  readonly status: LicenseStatus | null;
  readonly edition: Edition | null;
  readonly extendedBy: readonly string[] | null;
}

/** A Registration Key after one of its changes. */
export interface KeyImage extends Pick<
  RegistrationKey,
  | 'account'
  | 'orderNumber'
  | 'seats'
  | 'startsOn'
  | 'validThrough'
  | 'anchor'
  | 'aliasOf'
  | 'suspended'
  | 'endedOn'
  | 'customer'
> {
  /** Who first ended it on that day; null where that was not written down. */
  readonly endedBy: string | null;
  readonly registrationKey: string;
  readonly number: number;
  /** Null for the first, which is how the key was issued. */
  readonly cause: string | null;
}

/** The message that a key was issued for, with the certificate that it wrote then. */
export interface KeyIssue {
  readonly registrationKey: string;
  readonly message: string;
  readonly facts: CertificateFacts;
  readonly term: string | null;
}

/** A fulfilled message with what a replay of it needs. */
export type HistoryRow = MessageRow & {
  readonly target: string | null;
  readonly approvals: readonly {
    readonly id: string;
    readonly code: string;
    readonly keep: readonly string[] | null;
  }[];
  readonly reversedBy: string | null;
  readonly takenAlong: boolean | null;
};

const historyColumns = `${messageColumns}, message.target,
  coalesce((select jsonb_agg(jsonb_build_object('id', hold.id, 'code', hold.code, 'keep', hold.keep) order by hold.held_at)
    from hold where hold.message = message.id and hold.decision = 'approved'), '[]') as approvals,
  reversal.reversed_by as "reversedBy", reversal.taken_along as "takenAlong"`;

/** A message that a change request names, with the key that its certificate carries, or that it was about. */
export type NamedRow = HistoryRow & {
  readonly keyId: string | null;
  readonly keyCode: string | null;
  readonly keyAccount: string | null;
  readonly targetAccount: string | null;
  /** The account that its certificate is for. */
  readonly factsAccount: string | null;
  readonly reverser: string | null;
};

/** The newest tries under the identities. */
export async function findNamedMessages(
  tx: Transaction,
  identities: readonly MessageIdentity[],
): Promise<readonly NamedRow[]> {
  if (identities.length === 0) return [];
  return statement(
    tx,
    `select ${historyColumns}, coalesce(key.id, target_key.id) as "keyId", coalesce(key.code, target_key.code) as "keyCode",
       coalesce(key.account, target_key.account) as "keyAccount",
       coalesce((select account from license where license.id = message.target), target_key.account) as "targetAccount",
       certificate.facts->'customer'->>'account' as "factsAccount",
       (select by_message.number from message as by_message where by_message.id = reversal.reversed_by) as reverser
     from ${wantedIdentities.sql} as wanted
     join message on message.kind = wanted.kind and message.number = wanted.number and message.reseller is not distinct from wanted.reseller
       and message.replaced_by is null
     left join reversal on reversal.message = message.id
     left join certificate on certificate.number = message.certificate_number and certificate.version = message.certificate_version
     left join retired_code on retired_code.code = certificate.facts->>'registrationKey'
     left join registration_key as retired_key on retired_key.id = retired_code.registration_key
     left join registration_key as key on key.code = coalesce(retired_key.code, certificate.facts->>'registrationKey')
     left join registration_key as target_key on target_key.id = message.target`,
    wantedIdentities.parameters(identities),
  );
}

const wantedIdentities = rowSource({ kind: 'text', number: 'text', reseller: 'text' });

/**
 * Fulfilled messages that name one of the accounts or one that was merged into them, decided at or after the number, in the order of
 * their decision.
 */
export function findLaterMessages(
  tx: Transaction,
  accounts: readonly string[],
  fromNumber: string,
): Promise<readonly HistoryRow[]> {
  return statement(
    tx,
    `with recursive named (id) as (
       select unnest($1::text[])
       union
       select further.id from named cross join lateral (select id from account where merged_into = named.id offset 0) as further
     )
     select ${historyColumns} from named join message on message.account = named.id
     left join reversal on reversal.message = message.id
     where message.decided_number >= $2::bigint and message.status = 'fulfilled' order by message.decided_number`,
    [accounts, fromNumber],
  );
}

export async function findHistoryRows(
  tx: Transaction,
  ids: readonly string[],
): Promise<readonly HistoryRow[]> {
  if (ids.length === 0) return [];
  return statement(
    tx,
    `select ${historyColumns} from message left join reversal on reversal.message = message.id
     where message.id = any($1::uuid[]) or message.id in (select message from hold where hold.id = any($1::uuid[]))
     order by message.decided_number`,
    [ids],
  );
}

/** All grants of the accounts' licenses, and of the others, each license's in the order in which they were made. */
export function findLicenseImages(
  tx: Transaction,
  accounts: readonly string[],
  others: readonly string[],
): Promise<readonly LicenseImage[]> {
  return statement(
    tx,
    `select license_grant.license, number, cause_kind as "causeKind", cause, license_grant.registration_key as "registrationKey",
       license_grant.seats, license_grant.valid_through as "validThrough", license_anchor as anchor, license_status as status,
       license_edition as edition, license_extended_by as "extendedBy"
     from license join license_grant on license_grant.license = license.id
     where license.account = any($1::text[]) or license.id = any($2::uuid[]) order by license_grant.license, number`,
    [accounts, others],
  );
}

/** All grants of the keys, each key's in the order in which they were made. */
export async function findKeyImages(tx: Transaction, keys: readonly string[]): Promise<readonly KeyImage[]> {
  if (keys.length === 0) return [];
  return statement(
    tx,
    `select registration_key as "registrationKey", number, cause, account, order_number as "orderNumber", seats,
       starts_on as "startsOn", valid_through as "validThrough", anchor, alias_of as "aliasOf", suspended, ended_on as "endedOn", customer,
       case when ended_on is not null then first_value(coalesce((select message from hold where hold.id = cause), cause))
         over (partition by registration_key, ended_on order by number) end as "endedBy"
     from registration_key_grant where registration_key = any($1::uuid[]) order by registration_key, number`,
    [keys],
  );
}

/** What each key was issued for. */
export async function findKeyIssues(tx: Transaction, keys: readonly string[]): Promise<readonly KeyIssue[]> {
  if (keys.length === 0) return [];
  return statement(
    tx,
    `select key.id as "registrationKey", certificate.message, certificate.facts, message.content->>'term' as term
     from registration_key as key
     join certificate on certificate.number = key.certificate_number and certificate.version = 1
     join message on message.id = certificate.message where key.id = any($1::uuid[])`,
    [keys],
  );
}

/** Codes of the account's licenses and keys that were replaced, with the newest in their place. */
export function findReplacements(
  tx: Transaction,
  accounts: readonly string[],
  keys: readonly string[],
): Promise<readonly { readonly code: string; readonly newest: string }[]> {
  return statement(
    tx,
    `select retired_code.code, license.activation_code as newest from license join retired_code on retired_code.license = license.id
     where license.account = any($1::text[])
     union all
     select retired_code.code, key.code from registration_key as key join retired_code on retired_code.registration_key = key.id
     where key.id = any($2::uuid[])`,
    [accounts, keys],
  );
}

/** All accounts that were merged into the account, step by step. */
export function findMergedAccounts(
  tx: Transaction,
  account: string,
): Promise<readonly { readonly id: string; readonly into: string }[]> {
  return statement(
    tx,
    `with recursive merged (id, "into") as (
       select id, merged_into from account where merged_into = $1
       union
       select further.id, merged.id
       from merged cross join lateral (select id from account where merged_into = merged.id offset 0) as further
     ) select id, "into" from merged`,
    [account],
  );
}

/**
 * Whether a fulfilled message of the reseller that was not taken back names the account, or one that was its alias then, decided
 * before the number. One that was merged into it only later was claimed for itself; the certificate tells.
 */
export async function isClaimedBefore(
  tx: Transaction,
  account: string,
  reseller: string,
  number: string,
): Promise<boolean> {
  const rows = await statement(
    tx,
    `with recursive named (id) as (
       select $1::text
       union
       select further.id from named cross join lateral (select id from account where merged_into = named.id offset 0) as further
     )
     select 1 as found from named join message on message.account = named.id
     join certificate on certificate.number = message.certificate_number and certificate.version = message.certificate_version
     where certificate.facts->'customer'->>'account' = $1 and reseller = $2 and status = 'fulfilled' and decided_number < $3::bigint
       and kind in ('upgrade-order', 'registration')
       and not exists (select 1 from reversal where reversal.message = message.id) limit 1`,
    [account, reseller, number],
  );
  return rows.length > 0;
}
