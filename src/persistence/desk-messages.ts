import type { MessageKind } from '#jobs/kinds.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';

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
