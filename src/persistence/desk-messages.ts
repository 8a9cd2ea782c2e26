import type { MessageKind } from '#jobs/kinds.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';
import { leastIdOf } from '#src/persistence/least-id.ts';
import type { MessageStatus } from '#src/persistence/messages.ts';

/** A message as a list shows it. */
export interface ListedMessage {
  readonly id: string;
  readonly kind: MessageKind;
  readonly number: string;
  readonly reseller: string | null;
  readonly account: string | null;
  readonly company: string | null;
  readonly status: MessageStatus;
  readonly reason: string | null;
  readonly acceptedAt: string;
}

export interface MessageFilter {
  readonly kind?: MessageKind | undefined;
  readonly status?: MessageStatus | undefined;
  readonly reseller?: string | undefined;
  readonly account?: string | undefined;
  readonly reason?: string | undefined;
  /** Instants of acceptance: from the first on, before the second. */
  readonly from?: string | undefined;
  readonly before?: string | undefined;
  /** Older than the message of this id. */
  readonly after?: string | undefined;
}

/** Messages, the latest first, at most `limit`. */
export async function listMessages(
  tx: Transaction,
  filter: MessageFilter,
  limit: number,
): Promise<readonly ListedMessage[]> {
  const parameters: unknown[] = [];
  const conditions: string[] = [];
  const where = (condition: string, value: unknown) => {
    if (value === undefined) return;
    parameters.push(value);
    conditions.push(condition.replace('$?', `$${parameters.length}`));
  };
  // Kind, status and whether there is a reason stand in the text: one plan for all could not use the indexes of few.
  if (filter.kind !== undefined) conditions.push(`kind = '${filter.kind}'`);
  if (filter.kind !== undefined && filter.kind !== 'upgrade-order')
    conditions.push(`kind <> 'upgrade-order'`);
  if (filter.status !== undefined) conditions.push(`status = '${filter.status}'`);
  if (filter.reason !== undefined) conditions.push('reason is not null');
  where(`reason->>'code' = $?`, filter.reason);
  where('reseller = $?', filter.reseller);
  where('account = $?', filter.account);
  where('id >= $?::uuid', filter.from && leastIdOf(filter.from));
  where('id < $?::uuid', filter.before && leastIdOf(filter.before));
  // Accounts and resellers have their indexes by the order of acceptance, which is that of the ids within a millisecond.
  const byNumber =
    filter.status === 'accepted' || filter.account !== undefined || filter.reseller !== undefined;
  where(
    byNumber
      ? 'accepted_number < (select accepted_number from message as last where last.id = $?::uuid)'
      : 'id < $?::uuid',
    filter.after,
  );
  parameters.push(limit);
  const rows = await statement<ListedMessage>(
    tx,
    `select id, kind, number, reseller, account, content->'customer'->>'company' as company, status, reason->>'code' as reason,
       accepted_at as "acceptedAt"
     from message ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
     order by ${byNumber ? 'accepted_number' : 'id'} desc limit $${parameters.length}`,
    parameters,
  );
  return rows.map((row) => ({ ...row, acceptedAt: new Date(row.acceptedAt).toISOString() }));
}

/** A version of a certificate. */
export interface ListedCertificate {
  readonly number: string;
  readonly version: number;
  readonly message: string;
  readonly kind: MessageKind;
  readonly messageNumber: string;
  readonly writtenAt: string;
  readonly renderedAt: string | null;
}

/** The versions of the certificates that a message wrote a version of, the latest first. */
export async function findCertificateVersions(
  tx: Transaction,
  message: string,
): Promise<readonly ListedCertificate[]> {
  return statement(
    tx,
    `select certificate.number, version, message, message.kind, message.number as "messageNumber", written_at as "writtenAt",
       rendered_at as "renderedAt" from certificate join message on message.id = certificate.message
     where certificate.number in (select own.number from certificate as own where own.message = $1::uuid)
     order by certificate.number desc, version desc limit 100`,
    [message],
  );
}

/** A grant, and whose license got it. */
export interface CausedGrant {
  readonly activationCode: string;
  readonly account: string;
  readonly number: number;
  readonly causeKind: string;
  readonly seats: number;
  readonly validThrough: string;
  readonly madeAt: string;
}

/** The grants that a message, or a decision about it, gave to the licenses of these codes. */
export async function findCausedGrants(
  tx: Transaction,
  message: string,
  codes: readonly string[],
): Promise<readonly CausedGrant[]> {
  if (codes.length === 0) return [];
  return statement(
    tx,
    `select license.activation_code as "activationCode", license.account, given.number, given.cause_kind as "causeKind", given.seats,
       given.valid_through as "validThrough", given.made_at as "madeAt"
     from license join license_grant as given on given.license = license.id
     where license.activation_code = any($2::text[])
       and given.cause = any(array[$1::uuid] || array(select hold.id from hold where hold.message = $1::uuid))
     order by license.activation_code, given.number`,
    [message, codes],
  );
}
