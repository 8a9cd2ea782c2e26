import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';

/** All accounts that stand on a certificate, with the resellers that they belong to today, and who sold its Registration Key. */
export interface CertificateOwnersRow {
  readonly accounts: readonly { readonly id: string; readonly reseller: string | null }[];
  readonly keySoldBy: string | null;
}

export interface VisibleCertificate {
  readonly number: string;
  readonly version: number;
  readonly facts: CertificateFacts;
  /** Null until it is rendered. */
  readonly jws: string | null;
  readonly owners: CertificateOwnersRow;
}

/**
 * A version of a certificate, the latest when none is named, of those that a reseller may see: what its own messages wrote, and all of
 * its own accounts.
 * @param reseller null: everything may be seen
 */
export async function findVisibleCertificate(
  tx: Transaction,
  number: string,
  version: number | undefined,
  reseller: string | null,
): Promise<VisibleCertificate | undefined> {
  const rows = await statement<VisibleCertificate>(
    tx,
    `select certificate.number, certificate.version, certificate.facts, certificate_pdf.jws,
       ${ownersOf('certificate.facts')}
     from certificate join message on message.id = certificate.message
     left join certificate_pdf on certificate_pdf.number = certificate.number and certificate_pdf.version = certificate.version
     left join account on account.id = certificate.facts->'customer'->>'account'
     where certificate.number = $1 and ($2::integer is null or certificate.version = $2)
       and ($3::text is null or message.reseller = $3 or account.reseller = $3)
     order by certificate.version desc limit 1`,
    [number, version ?? null, reseller],
  );
  return rows[0];
}

/** In a select list, as `CertificateOwnersRow`; `facts` is an SQL expression. */
export function ownersOf(facts: string): string {
  return `json_build_object(
         'accounts', array(select json_build_object('id', touched.id, 'reseller', touched.reseller) from account as touched where touched.id in (
           select ${facts}->'customer'->>'account'
           union all select other->>'account' from jsonb_array_elements(coalesce(${facts}->'merged', ${facts}->'restored')) as other)),
         'keySoldBy', (select sold.reseller from registration_key as sold where sold.code = ${facts}->>'registrationKey')
       ) as owners`;
}
