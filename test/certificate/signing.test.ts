import { createHash, createHmac, createPrivateKey, createPublicKey } from 'node:crypto';
import { calculateJwkThumbprint, compactVerify, importJWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { factsSha256 } from '#src/certificate/canonical-facts.ts';
import { payloadOf } from '#src/certificate/certificate-payload.ts';
import { signCertificate } from '#src/certificate/sign.ts';
import { generateSigningKey, parseSigningKey, publicJwks } from '#src/certificate/signing-key.ts';
import { verifyJws } from '#src/certificate/verify-jws.ts';
import { inLayout1, mergeFacts, upgradeFacts } from '#test/certificate/sample-facts.ts';
import { sampleKey } from '#test/certificate/sample-key.ts';

const jwks = publicJwks([generateSigningKey(), sampleKey]);

describe('the hash of the facts', () => {
  it('does not depend on the order of members', () => {
    const facts = upgradeFacts();
    const reordered = upgradeFacts(Object.fromEntries(Object.entries(facts).reverse()));
    expect(factsSha256(reordered)).toBe(factsSha256(facts));
    expect(factsSha256({ ...facts, seats: 251 })).not.toBe(factsSha256(facts));
  });
});

describe('a signing key', () => {
  it('is the same key as PEM, as JWK and as seed', () => {
    const pem = sampleKey.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    const jwk = JSON.stringify(sampleKey.privateKey.export({ format: 'jwk' }));
    for (const text of [pem, jwk, sampleKey.seed, ` ${sampleKey.seed}\n`]) {
      expect(parseSigningKey(text).publicJwk).toEqual(sampleKey.publicJwk);
    }
  });

  it('is named by the RFC 7638 thumbprint of its public half', async () => {
    const { kty, crv, x, kid } = sampleKey.publicJwk;
    expect(kid).toBe(await calculateJwkThumbprint({ kty, crv, x }));
  });

  it('has a public key set without the secret', () => {
    expect(JSON.stringify(jwks)).not.toContain(sampleKey.seed);
    expect(publicJwks([sampleKey]).keys[0]).not.toHaveProperty('d');
  });

  it.each([
    ['', 'must be a PEM'],
    ['short', 'must be a PEM'],
    ['{"kty":"OKP"}', 'not a private Ed25519 JWK'],
    ['{"kty', 'no JSON'],
    ['-----BEGIN PRIVATE KEY-----\nnothing\n-----END PRIVATE KEY-----', 'no readable PEM'],
  ])('that reads %j is refused with a sentence that does not repeat it', (text, sentence) => {
    expect(() => parseSigningKey(text)).toThrow(sentence);
  });
});

describe('the JWS of a certificate', () => {
  it('is the same for the same facts and key', () => {
    expect(signCertificate(upgradeFacts(), sampleKey)).toBe(signCertificate(upgradeFacts(), sampleKey));
  });

  it('is accepted by another implementation and states the certificate', async () => {
    const { kty, crv, x } = sampleKey.publicJwk;
    const jws = signCertificate(upgradeFacts(), sampleKey);
    const { payload, protectedHeader } = await compactVerify(jws, await importJWK({ kty, crv, x }, 'EdDSA'));
    expect(protectedHeader).toEqual({ alg: 'EdDSA', kid: sampleKey.kid });
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual({
      number: 'LC-2026-0000001',
      version: 1,
      suite: 'SPC',
      holder: 'ACME GmbH',
      validThrough: '2027-11-30',
      factsSha256: factsSha256(upgradeFacts()),
      registrationKeyFingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  it('holds no Registration Key, neither as it is nor in its payload', () => {
    const { registrationKey } = upgradeFacts();
    const jws = signCertificate(upgradeFacts(), sampleKey);
    const texts = jws.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
    for (const text of [jws, ...texts]) expect(text).not.toContain(registrationKey.slice(3));
  });

  it('has a fingerprint of the Registration Key that only who knows the facts’ secret can try out', () => {
    const { registrationKey } = upgradeFacts();
    const fingerprint = (secret: string) =>
      payloadOf(upgradeFacts({ layout: 2, secret })).registrationKeyFingerprint;
    const secrets = ['A'.repeat(22), 'B'.repeat(22)] as const;
    expect(fingerprint(secrets[0])).not.toBe(fingerprint(secrets[1]));
    const salted = createHmac('sha256', secrets[0]).update(registrationKey).digest('hex');
    expect(fingerprint(secrets[0])).toBe(salted.slice(0, 16));
    const facts = (secret: string) => payloadOf(upgradeFacts({ layout: 2, secret })).factsSha256;
    expect(facts(secrets[0])).not.toBe(facts(secrets[1]));
    expect(JSON.stringify(payloadOf(upgradeFacts({ layout: 2, secret: secrets[0] })))).not.toContain(
      secrets[0],
    );
  });

  it('states of a certificate of layout 1 what it always stated', () => {
    const plain = createHash('sha256').update(upgradeFacts().registrationKey).digest('hex');
    expect(payloadOf(inLayout1(upgradeFacts()))).toMatchObject({
      registrationKeyFingerprint: plain.slice(0, 16),
    });
  });

  it('names the product and no fingerprint for a merge', () => {
    const verdict = verifyJws(signCertificate(mergeFacts(), sampleKey), jwks);
    expect(verdict).toMatchObject({
      verdict: 'valid',
      payload: { suite: '100502EN01', validThrough: '2027-03-31' },
    });
    expect(verdict).not.toHaveProperty('payload.registrationKeyFingerprint');
  });

  it('shortens a holder of 200 characters, so that the code stays readable', () => {
    const customer = { ...upgradeFacts().customer, company: '株'.repeat(200) };
    const verdict = verifyJws(signCertificate(upgradeFacts({ customer }), sampleKey), jwks);
    expect(verdict).toMatchObject({ payload: { holder: `${'株'.repeat(59)}…` } });
  });

  it('is refused when any one of its characters is another', () => {
    const jws = signCertificate(mergeFacts(), sampleKey);
    for (let at = 0; at < jws.length; at += 1) {
      const other = jws[at] === 'A' ? 'B' : 'A';
      const changed = `${jws.slice(0, at)}${other}${jws.slice(at + 1)}`;
      expect(verifyJws(changed, jwks).verdict, `character ${at}`).not.toBe('valid');
    }
  });

  it.each(['', 'a', 'a.b', '...', 'e30.e30.e30', 'not a token at all'])(
    'is malformed when it reads %j',
    (jws) => {
      expect(verifyJws(jws, jwks).verdict).toBe('malformed');
    },
  );

  it('is of an unknown key when the set does not hold it', () => {
    const verdict = verifyJws(signCertificate(upgradeFacts(), generateSigningKey()), jwks);
    expect(verdict.verdict).toBe('unknown-key');
  });

  it('is badly signed when another key used the name', () => {
    const forged = { ...generateSigningKey(), kid: sampleKey.kid };
    expect(verifyJws(signCertificate(upgradeFacts(), forged), jwks).verdict).toBe('bad-signature');
  });

  it('cannot be switched to another algorithm', () => {
    const [, payload] = signCertificate(upgradeFacts(), sampleKey).split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'none', kid: sampleKey.kid })).toString('base64url');
    expect(verifyJws(`${header}.${payload}.`, jwks).verdict).toBe('malformed');
  });

  it('is made with a key whose public half is the one in the set', () => {
    const again = createPublicKey(
      createPrivateKey(sampleKey.privateKey.export({ format: 'pem', type: 'pkcs8' })),
    );
    expect(again.export({ format: 'jwk' }).x).toBe(sampleKey.publicJwk.x);
  });
});
