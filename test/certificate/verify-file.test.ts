import { assert, asyncProperty, integer, nat } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalFacts } from '#src/certificate/canonical-facts.ts';
import { renderCertificate } from '#src/certificate/render-pdf.ts';
import { signCertificate } from '#src/certificate/sign.ts';
import { generateSigningKey, publicJwks } from '#src/certificate/signing-key.ts';
import { verifyCertificateFile } from '#src/certificate/verify-file.ts';
import { inLayout1, mergeFacts, upgradeFacts } from '#test/certificate/sample-facts.ts';
import { sampleKey } from '#test/certificate/sample-key.ts';

const jwks = publicJwks([sampleKey]);
const facts = upgradeFacts();
const jws = signCertificate(facts, sampleKey);
const genuine = await renderCertificate(facts, jws);

function replaced(what: string, by: string): Buffer {
  return Buffer.from(genuine.toString('latin1').replace(what, by), 'latin1');
}

describe('verifying a certificate’s file', () => {
  it.each([
    upgradeFacts(),
    inLayout1(upgradeFacts()),
    mergeFacts(),
    inLayout1(mergeFacts()),
    upgradeFacts({ reseller: null, orderNumber: '注文 7' }),
  ])('accepts a genuine one and returns its facts', async (facts) => {
    const pdf = await renderCertificate(facts, signCertificate(facts, sampleKey));
    const verdict = await verifyCertificateFile(pdf, jwks);
    expect(verdict).toMatchObject({ verdict: 'valid', facts: { number: facts.number } });
    expect(verdict.message).toContain(`${facts.number} version 1, genuine and unaltered`);
  });

  it('detects changed facts under a genuine signature', async () => {
    const verdict = await verifyCertificateFile(replaced('"seats":250', '"seats":950'), jwks);
    expect(verdict.verdict).toBe('facts-altered');
  });

  it('detects a changed signature', async () => {
    const verdict = await verifyCertificateFile(replaced(jws.slice(-20), jws.slice(-20).toLowerCase()), jwks);
    expect(verdict.verdict).toBe('bad-signature');
  });

  it('detects pages that show something else than the embedded, genuine facts', async () => {
    const shown = { ...facts, seats: 950 };
    const forged = await renderCertificate(shown, jws);
    // As long as the facts that it replaces, so that everything else stays in its place.
    canonicalFacts(facts).copy(forged, forged.indexOf(canonicalFacts(shown)));
    expect((await verifyCertificateFile(forged, jwks)).verdict).toBe('page-altered');
  });

  it('detects one changed byte of a page', async () => {
    const page = genuine.indexOf('] TJ') - 3;
    const forged = Buffer.from(genuine);
    forged[page] = (forged[page] ?? 0) ^ 1;
    expect((await verifyCertificateFile(forged, jwks)).verdict).toBe('page-altered');
  });

  it('detects bytes added at the end, as an incremental update would add them', async () => {
    const verdict = await verifyCertificateFile(Buffer.concat([genuine, Buffer.from('\n1 0 obj\n')]), jwks);
    expect(verdict.verdict).toBe('page-altered');
  });

  it('detects any one changed byte, wherever it is, and never throws', async () => {
    await assert(
      asyncProperty(nat(genuine.length - 1), integer({ min: 1, max: 255 }), async (at, flip) => {
        const forged = Buffer.from(genuine);
        forged[at] = (forged[at] ?? 0) ^ flip;
        expect((await verifyCertificateFile(forged, jwks)).verdict).not.toBe('valid');
      }),
      { numRuns: 200 },
    );
  });

  it('detects a foreign key', async () => {
    const verdict = await verifyCertificateFile(genuine, publicJwks([generateSigningKey()]));
    expect(verdict.verdict).toBe('unknown-key');
  });

  it.each([
    ['an empty file', Buffer.alloc(0)],
    ['a text', Buffer.from('hello')],
    ['a PDF of somebody else', Buffer.from('%PDF-1.4\n%%EOF')],
    ['half a certificate', genuine.subarray(0, 3000)],
  ])('says of %s that it is no certificate or not whole', async (_, pdf) => {
    expect(['not-a-certificate', 'page-altered']).toContain((await verifyCertificateFile(pdf, jwks)).verdict);
  });
});
