import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderCertificate } from '#src/certificate/render-pdf.ts';
import { signCertificate } from '#src/certificate/sign.ts';
import { generateSigningKey, publicJwks, type SigningKey } from '#src/certificate/signing-key.ts';
import { verifyCertificateFile } from '#src/certificate/verify-file.ts';
import { readConfiguration } from '#src/configuration.ts';
import { certificateFindings } from '#src/doctor/certificates.ts';
import { certificateKeys } from '#src/fulfillment/certificate-keys.ts';
import { openSigningKey } from '#src/fulfillment/open-signing-key.ts';
import { openDatabase, reading, statement, type Database } from '#src/persistence/database.ts';
import {
  certificateKeysFile,
  keepCertificateKeys,
  readCertificateKeys,
} from '#src/process/certificate-keys-file.ts';
import { upgradeFacts } from '#test/certificate/sample-facts.ts';
import { freshDatabase, type FreshDatabase } from '#test/environment/database.ts';

let fresh: FreshDatabase;
let database: Database;
let folder: string;
beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase(fresh.url, { poolSize: 2 });
  folder = await mkdtemp(join(tmpdir(), 'keys-'));
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
  await rm(folder, { recursive: true });
});

const pdfBy = (key: SigningKey) => renderCertificate(upgradeFacts(), signCertificate(upgradeFacts(), key));
const configured = generateSigningKey();
const next = generateSigningKey();

describe('certificates of every key that ever signed', () => {
  test('verify when others sign: the one that was made, and those that were configured one after another', async () => {
    const made = await openSigningKey(database, undefined);
    expect(await openSigningKey(database, undefined)).toMatchObject({ kid: made.kid });
    await openSigningKey(database, configured);
    await openSigningKey(database, next);
    // Started without a key again, and with another: what came before is known all the same.
    const jwks = await certificateKeys(database, { certificateSigningKey: next });
    expect(jwks.keys.map(({ kid }) => kid).toSorted()).toEqual(
      [made.kid, configured.kid, next.kid].toSorted(),
    );
    for (const key of [made, configured, next]) {
      expect((await verifyCertificateFile(await pdfBy(key), jwks)).verdict).toBe('valid');
    }
  });

  test('verify offline: the file gains keys and loses none, whatever process wrote it last', async () => {
    await keepCertificateKeys(folder, publicJwks([configured]));
    await keepCertificateKeys(folder, publicJwks([next]));
    await keepCertificateKeys(folder, publicJwks([configured]));
    const kept = await readCertificateKeys(certificateKeysFile(folder));
    expect(kept).toEqual(publicJwks([configured, next]));
    expect((await verifyCertificateFile(await pdfBy(configured), kept ?? { keys: [] })).verdict).toBe(
      'valid',
    );
  });

  test('a file of keys that cannot be read is left alone', async () => {
    const file = certificateKeysFile(folder);
    await writeFile(file, '{"keys": [');
    expect(await keepCertificateKeys(folder, publicJwks([next]))).toBe(false);
    expect(await readFile(file, 'utf8')).toBe('{"keys": [');
  });

  test('doctor lists the keys, and names one that is missing and how to give it', async () => {
    const environment = { CERTIFICATE_SIGNING_KEY: next.seed };
    const findings = await certificateFindings(database, readConfiguration(environment));
    const verifying = findings.find(({ check }) => check === 'Verifying keys');
    expect(verifying?.message).toMatch(
      new RegExp(`${configured.kid} \\(signs since \\d{4}-\\d\\d-\\d\\d\\)`, 'u'),
    );
    const lost = generateSigningKey();
    await rendered(lost);
    const missing = await certificateFindings(database, readConfiguration(environment));
    expect(missing.find(({ check }) => check === 'Verifying keys')).toMatchObject({
      verdict: 'problem',
      message: expect.stringContaining(lost.kid),
      advice: expect.stringContaining('CERTIFICATE_VERIFYING_KEYS'),
    });
    const given = readConfiguration({
      ...environment,
      CERTIFICATE_VERIFYING_KEYS: JSON.stringify(lost.publicJwk),
    });
    expect(await certificateFindings(database, given)).toContainEqual(
      expect.objectContaining({ check: 'Verifying keys', verdict: 'ok' }),
    );
  });
});

/** A certificate that the key signed before keys were kept. */
async function rendered(key: SigningKey): Promise<void> {
  const facts = upgradeFacts();
  const tx = reading(database);
  await statement(tx, 'alter table certificate_pdf drop constraint certificate_pdf_certificate_fkey', []);
  await statement(
    tx,
    `insert into certificate_pdf (number, version, jws, pdf, sha256) values ($1, 1, $2, '\\x00', sha256('\\x00'))`,
    [facts.number, signCertificate(facts, key)],
  );
}
