import { z } from 'zod';
import type { Configuration } from '#src/configuration.ts';
import { ok, problem, warning, type DoctorFinding } from '#src/doctor/finding.ts';
import { certificateKeys, configuredKeys } from '#src/fulfillment/certificate-keys.ts';
import { findCertificateKeys, findSignatureHeaders } from '#src/persistence/certificate-keys.ts';
import { reading, type Database } from '#src/persistence/database.ts';
import { findNotPrintable } from '#src/persistence/not-printable.ts';
import { findSigningKeys } from '#src/persistence/shared-secrets.ts';

/** The keys that sign and verify certificates, and whether all certificates can be verified. */
export async function certificateFindings(
  database: Database,
  configuration: Configuration,
): Promise<readonly DoctorFinding[]> {
  return [
    await signingKeyFinding(database, configuration),
    await verifyingKeysFinding(database, configuration),
    await printableFinding(database),
  ];
}

async function signingKeyFinding(
  database: Database,
  { certificateSigningKey }: Configuration,
): Promise<DoctorFinding> {
  if (certificateSigningKey !== undefined)
    return ok('Signing key', `configured: ${certificateSigningKey.kid}`);
  const [stored] = await findSigningKeys(reading(database));
  const advice =
    'Set CERTIFICATE_SIGNING_KEY to keep the key apart from the data; "openssl genpkey -algorithm ed25519" makes one.';
  return stored
    ? warning(
        'signing-key-in-database',
        'Signing key',
        `${stored.kid}, made by Chancery and kept in PostgreSQL: whoever can read the database can sign`,
        advice,
      )
    : warning(
        'signing-key-in-database',
        'Signing key',
        'none configured: the first start makes one and keeps it in PostgreSQL',
        advice,
      );
}

async function verifyingKeysFinding(
  database: Database,
  configuration: Configuration,
): Promise<DoctorFinding> {
  const [{ keys }, signed, headers] = await Promise.all([
    certificateKeys(database, configuration),
    findCertificateKeys(reading(database)),
    findSignatureHeaders(reading(database)),
  ]);
  const known = new Set(keys.map(({ kid }) => kid));
  const unknown = headers.map(kidOf).filter((kid) => !known.has(kid));
  if (unknown.length > 0) {
    return problem(
      'verifying-key-unknown',
      'Verifying keys',
      `certificates were signed by ${unknown.join(', ')}, which is not known any more: they cannot be verified`,
      'Give its public half by CERTIFICATE_VERIFYING_KEYS.',
    );
  }
  if (keys.length === 0) return ok('Verifying keys', 'none yet: nothing has signed');
  const since = new Map(signed.map(({ kid, signsSince }) => [kid, `signs since ${signsSince}`]));
  const configured = new Set(configuredKeys(configuration).map(({ kid }) => kid));
  const told = keys.map(
    ({ kid }) => `${kid} (${since.get(kid) ?? (configured.has(kid) ? 'configured' : 'kept in PostgreSQL')})`,
  );
  return ok('Verifying keys', told.join(', '));
}

/** Names that certificates show with boxes. */
async function printableFinding(database: Database): Promise<DoctorFinding> {
  const { count, latest } = await findNotPrintable(reading(database));
  const advice =
    'Ask for a spelling in characters that fonts have, and order again with it; the facts keep the name as it was written.';
  return count === 0
    ? ok('Names', 'certificates show every name as it was written')
    : warning(
        'names-not-printable',
        'Names',
        `${count} outcomes have names that no font shows wholly, the latest ${latest}`,
        advice,
      );
}

const header = z.object({ kid: z.string() });

function kidOf(encoded: string): string {
  return header.parse(JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'))).kid;
}
