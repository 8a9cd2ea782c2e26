import { kinds, messageKinds } from '#jobs/kinds.ts';
import type { License } from '#src/domain/license.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';
import { sqlList, type MessageRow, type MessageStatus } from '#src/persistence/messages.ts';

export interface FoundRegistrationKey {
  readonly registrationKey: string;
  readonly suite: string;
  readonly account: string | null;
  readonly company: string;
  readonly reseller: string;
  /** Of the latest order. */
  readonly orderNumber: string;
  readonly seats: number;
  readonly validThrough: string;
  /** The older key that this one stands for now. */
  readonly aliasOf: string | null;
  readonly certificate: { readonly number: string; readonly version: number };
}

export interface FoundLicense extends Pick<
  License,
  'activationCode' | 'account' | 'pid' | 'type' | 'edition' | 'status' | 'seats' | 'validThrough'
> {
  readonly company: string;
  readonly reseller: string | null;
  /** The Activation Code of the license that it was merged into. */
  readonly mergedInto: string | null;
  /** The Registration Key that it was issued for; null for an imported one. */
  readonly registrationKey: string | null;
}

export interface FoundMessage {
  readonly id: string;
  readonly kind: MessageRow['kind'];
  readonly number: string;
  readonly reseller: string | null;
  readonly account: string | null;
  /** That an order says its customer is. */
  readonly company: string | null;
  readonly status: MessageStatus;
  readonly acceptedAt: string;
}

export interface FoundCertificate {
  readonly number: string;
  /** The latest. */
  readonly version: number;
  readonly account: string | null;
  readonly company: string;
  readonly reseller: string | null;
  readonly registrationKey: string | null;
  /** The message that wrote the latest version. */
  readonly message: string;
}

/** @param codes canonical */
export function findFoundKeys(
  tx: Transaction,
  codes: readonly string[],
): Promise<readonly FoundRegistrationKey[]> {
  return statement(
    tx,
    `select key.code as "registrationKey", key.suite, key.account, key.customer->>'company' as company, key.reseller,
       key.order_number as "orderNumber", key.seats, key.valid_through as "validThrough", older.code as "aliasOf",
       json_build_object('number', key.certificate_number, 'version', key.certificate_version) as certificate
     from registration_key as key left join registration_key as older on older.id = key.alias_of where key.code = any($1::text[]) order by key.code`,
    [codes],
  );
}

/** @param codes canonical */
export async function findFoundLicenses(
  tx: Transaction,
  codes: readonly string[],
): Promise<readonly (FoundLicense & License)[]> {
  return statement(
    tx,
    `select license.activation_code as "activationCode", license.account, account.company, account.reseller, license.pid, license.type,
       license.edition, license.status, license.seats, license.valid_through as "validThrough",
       survivor.activation_code as "mergedInto", key.code as "registrationKey"
     from license join account on account.id = license.account
     left join license as survivor on survivor.id = license.merged_into
     left join registration_key as key on key.id = license.registration_key where license.activation_code = any($1::text[])
     order by license.activation_code`,
    [codes],
  );
}

const numbered = sqlList(messageKinds.filter((kind) => kinds[kind].numberField !== null));

/** Of a `FoundMessage`; its instant comes as PostgreSQL writes it. */
export const foundMessage = `id, kind, number, reseller, account, content->'customer'->>'company' as company, status, accepted_at as "acceptedAt"`;

export function asFoundMessages(rows: readonly FoundMessage[]): readonly FoundMessage[] {
  return rows.map((row) => ({ ...row, acceptedAt: new Date(row.acceptedAt).toISOString() }));
}

/** Messages whose sender numbered them so, or so in capitals, of any reseller; also a message of any kind by its id. */
export async function findReference(tx: Transaction, text: string): Promise<readonly FoundMessage[]> {
  const rows = await statement<FoundMessage>(
    tx,
    `select ${foundMessage} from message
     where (kind in (${numbered}) and number = any($1::text[])) or id = $2::uuid
     order by accepted_number limit 100`,
    [[text, text.toUpperCase()], /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text : null],
  );
  return asFoundMessages(rows);
}

export function findCertificateMessage(
  tx: Transaction,
  number: string,
): Promise<readonly FoundCertificate[]> {
  return statement(
    tx,
    `select number, version, facts->'customer'->>'account' as account, facts->'customer'->>'company' as company,
       facts->>'reseller' as reseller, facts->>'registrationKey' as "registrationKey", message
     from certificate where number = $1 order by version desc limit 1`,
    [number],
  );
}
