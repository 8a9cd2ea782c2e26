import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';

/** A license that a Registration Key issued. */
export interface IssuedProduct {
  readonly pid: string;
  readonly activationCode: string;
  readonly seats: number;
  readonly validThrough: string;
}

/** A Registration Key with its certificate as it is now. */
export interface KeyCertificate {
  /** Of the key itself; null before it is registered. */
  readonly account: string | null;
  readonly number: string;
  readonly version: number;
  readonly facts: CertificateFacts;
  /** Null until it is rendered. */
  readonly pdf: Buffer | null;
}

/** How a key is named: by its id, or by its code. */
export type KeyName = { readonly id: string } | { readonly code: string };

/** In a statement whose `$1` is the name's value: the key's id. A code that was replaced names its key still. */
function idOf(name: KeyName): string {
  if ('id' in name) return 'select $1::uuid as id';
  return `select id from registration_key where code = $1
       union all select registration_key from retired_code where code = $1 and registration_key is not null`;
}

function valueOf(name: KeyName): string {
  return 'id' in name ? name.id : name.code;
}

/** The newest certificate of the key, or of the one that it is an alias of. */
export async function findKeyCertificate(
  tx: Transaction,
  name: KeyName,
): Promise<KeyCertificate | undefined> {
  const rows = await statement<KeyCertificate>(
    tx,
    `select named.account, certificate.number, certificate.version, certificate.facts, certificate_pdf.pdf
     from (${idOf(name)}) as wanted
     join registration_key as named on named.id = wanted.id
     join registration_key as key on key.id = coalesce(named.alias_of, named.id)
     join certificate on certificate.number = key.certificate_number and certificate.version = key.certificate_version
     left join certificate_pdf on certificate_pdf.number = certificate.number and certificate_pdf.version = certificate.version`,
    [valueOf(name)],
  );
  return rows[0];
}

/**
 * What the key, its aliases and what it is an alias of issued to the account, as it is now: by PID, then code. What was merged away or
 * revoked is left out.
 */
export async function findIssuedProducts(
  tx: Transaction,
  account: string,
  name: KeyName,
): Promise<readonly IssuedProduct[]> {
  return statement(
    tx,
    `with key as (
       select coalesce(alias_of, named.id) as id from (${idOf(name)}) as wanted
       join registration_key as named on named.id = wanted.id
     )
     select license.pid, activation_code as "activationCode", license.seats, license.valid_through as "validThrough"
     from license
     join registration_key as issuer on issuer.id = license.registration_key
     join key on key.id in (issuer.id, issuer.alias_of)
     where license.account = $2 and license.status not in ('merged', 'revoked')
     order by license.pid, activation_code`,
    [valueOf(name), account],
  );
}
