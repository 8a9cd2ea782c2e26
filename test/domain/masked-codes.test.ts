import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeAlphabet, composeCode, randomSymbols } from '#src/domain/code.ts';
import { maskCodesIn, maskCodesInValue } from '#src/domain/masked-codes.ts';

const code = fc.constantFrom('registration-key', 'activation-code').chain((kind) =>
  fc
    .array(fc.constantFrom(...Array.from(codeAlphabet)), {
      minLength: randomSymbols[kind],
      maxLength: randomSymbols[kind],
    })
    .map((symbols) => composeCode(kind, 'SP', symbols.join('')))
    // A body without any digit is taken for a word, and is one code in thousands.
    .filter((text) => /\d/.test(text)),
);

test('a code is masked wherever it stands and however it is written', () => {
  fc.assert(
    fc.property(code, fc.constantFrom('', ' ', '\n', '"', '(', 'key='), (text, before) => {
      for (const spelling of [text, text.toLowerCase(), text.replaceAll('-', '')]) {
        const masked = maskCodesIn(`${before}${spelling} and on`);
        expect(masked.toUpperCase().replaceAll('-', '')).not.toContain(text.replaceAll('-', ''));
        expect(masked).toContain('…');
      }
      expect(maskCodesIn(`word${text}word`)).not.toContain(text.slice(8));
    }),
  );
});

test('an id is left as it is, though parts of it may look like a code', () => {
  expect(maskCodesIn('01a202aa-3d1e-76ae-b1a6-bc620f3b09b4')).toBe('01a202aa-3d1e-76ae-b1a6-bc620f3b09b4');
  fc.assert(
    fc.property(fc.uuid(), (id) => {
      expect(maskCodesIn(`/ops/messages/${id}`)).toBe(`/ops/messages/${id}`);
    }),
  );
});

test('names of ours and of fields are left as they are', () => {
  const plain =
    'upgrade-orders render-certificate.v1 LC-2026-0000001 SEATS_BELOW_HOLDING acceptedAgreementAt';
  expect(maskCodesIn(plain)).toBe(plain);
});

test('fields that hold codes show nothing of what is no code, and masking twice is masking once', () => {
  const value = { keep: ['anything at all', 'SP 2222 2222 2222 2222'], seats: 5, note: null };
  const masked = maskCodesInValue(value);
  expect(masked).toEqual({ keep: ['…', 'SP-…-2222'], seats: 5, note: null });
  expect(maskCodesInValue(masked)).toEqual(masked);
});
