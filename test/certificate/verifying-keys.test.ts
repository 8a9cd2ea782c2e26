import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { generateSigningKey, publicJwks } from '#src/certificate/signing-key.ts';
import { parseVerifyingKeys } from '#src/certificate/verifying-keys.ts';
import { sampleKey } from '#test/certificate/sample-key.ts';

const other = generateSigningKey();
const pemOf = (key: typeof other) =>
  generatePublicPem(key.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());

function generatePublicPem(privatePem: string): string {
  return createPublicKey(privatePem).export({ format: 'pem', type: 'spki' }).toString();
}

describe('keys to verify with', () => {
  it.each([
    ['PEM blocks', `${pemOf(sampleKey)}${pemOf(other)}`],
    ['PEM blocks with something between', `${pemOf(sampleKey)},\n ${pemOf(other)}`],
    ['a key set', JSON.stringify(publicJwks([sampleKey, other]))],
    ['a list of JWKs', JSON.stringify([sampleKey.publicJwk, other.publicJwk])],
    [
      'bare JWKs',
      JSON.stringify([sampleKey, other].map(({ publicJwk: { kty, crv, x } }) => ({ kty, crv, x }))),
    ],
    ['one twice', JSON.stringify([sampleKey.publicJwk, other.publicJwk, sampleKey.publicJwk])],
  ])('are read from %s', (_, text) => {
    expect(parseVerifyingKeys(text)).toEqual([sampleKey.publicJwk, other.publicJwk]);
  });

  it('may be one JWK', () => {
    expect(parseVerifyingKeys(` ${JSON.stringify(other.publicJwk)}\n`)).toEqual([other.publicJwk]);
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
  it.each([
    ['nothing', '-'],
    ['half a PEM', pemOf(other).slice(0, 60)],
    ['something after a PEM', `${pemOf(other)} and more`],
    ['a private PEM', other.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()],
    ['a private JWK', JSON.stringify(other.privateKey.export({ format: 'jwk' }))],
    ['another kind of key', rsa.export({ format: 'pem', type: 'spki' }).toString()],
    ['an empty key set', '{"keys":[]}'],
    ['broken JSON', '{"kty":'],
  ])('are refused as %s, without repeating it', (_, text) => {
    expect(() => parseVerifyingKeys(text)).toThrow(/verifying keys/);
    try {
      parseVerifyingKeys(text);
    } catch (error) {
      expect(String(error)).not.toContain(other.seed);
    }
  });
});
