import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';

export interface CertificateRow {
  readonly number: string;
  readonly version: number;
  readonly facts: CertificateFacts;
  /** Null until it is rendered. */
  readonly jws: string | null;
}

/** A version of a certificate, the latest when none is named. */
export async function findCertificate(
  tx: Transaction,
  number: string,
  version?: number,
): Promise<CertificateRow | undefined> {
  const rows = await statement<CertificateRow>(
    tx,
    `select certificate.number, certificate.version, facts, jws from certificate left join certificate_pdf using (number, version)
     where number = $1 and ($2::integer is null or version = $2) order by version desc limit 1`,
    [number, version ?? null],
  );
  return rows[0];
}

export async function findCertificatePdf(
  tx: Transaction,
  number: string,
  version: number,
): Promise<{ readonly pdf: Buffer; readonly sha256: string } | undefined> {
  const rows = await statement<{ readonly pdf: Buffer; readonly sha256: string }>(
    tx,
    `select pdf, encode(sha256, 'hex') as sha256 from certificate_pdf where number = $1 and version = $2`,
    [number, version],
  );
  return rows[0];
}

/** A rendered version to store. */
export interface RenderedCertificate {
  readonly number: string;
  readonly version: number;
  readonly jws: string;
  readonly pdf: Uint8Array;
}

/** Stores rendered certificates. Rendering is repeatable, so the first to store one wins and a second changes nothing. */
export async function storeCertificatePdfs(
  tx: Transaction,
  certificates: readonly RenderedCertificate[],
): Promise<void> {
  await statement(
    tx,
    `with rendered as (
       select number, version, jws, pdf from unnest($1::text[], $2::integer[], $3::text[], $4::bytea[]) as rendered (number, version, jws, pdf)
     ), stored as (
       insert into certificate_pdf (number, version, jws, pdf, sha256) select number, version, jws, pdf, sha256(pdf) from rendered
       on conflict on constraint certificate_pdf_pkey do nothing
     )
     update certificate set rendered_at = now() from rendered
     where certificate.number = rendered.number and certificate.version = rendered.version and rendered_at is null`,
    [
      certificates.map(({ number }) => number),
      certificates.map(({ version }) => version),
      certificates.map(({ jws }) => jws),
      certificates.map(({ pdf }) => pdf),
    ],
  );
}

/** These versions, with the signature of those that were rendered before, and the account that the message names. */
export async function findCertificates(
  tx: Transaction,
  names: readonly { readonly number: string; readonly version: number }[],
): Promise<readonly (CertificateRow & { readonly account: string | null })[]> {
  return statement(
    tx,
    `select certificate.number, certificate.version, facts, jws, (select account from message where id = certificate.message)
     from unnest($1::text[], $2::integer[]) as wanted (number, version)
     join certificate using (number, version) left join certificate_pdf using (number, version)`,
    [names.map(({ number }) => number), names.map(({ version }) => version)],
  );
}
