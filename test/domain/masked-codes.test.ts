import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  canonicalCode,
  checkSymbol,
  codeAlphabet,
  composeCode,
  hasValidCheckSymbol,
  randomSymbols,
} from '#src/domain/code.ts';
import { maskCodesIn, maskCodesInValue } from '#src/domain/masked-codes.ts';
import { codeNumbered } from '#test/domain/examples.ts';

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

test('a code is masked in whatever way its symbols are spread', () => {
  const spread = ([key, separator]: readonly [string, string]) =>
    Array.from(key.replaceAll('-', '')).join(separator);
  fc.assert(
    fc.property(code, fc.constantFrom('', ' and on', '\n', '.'), (text, after) => {
      const bare = text.replaceAll('-', '');
      const spellings = [
        text.replaceAll('-', ' '),
        text.replaceAll('-', '  ').toLowerCase(),
        text.replaceAll('-', ' – '),
        text.replaceAll('-', '\u2011'),
        text.replaceAll('-', '\u200b'),
        text.replaceAll('-', '\u00ad'),
        text.replaceAll('-', '.'),
        spread([text, ' ']),
        spread([text, '\u2060']),
        `${bare.slice(0, 6)} ${bare.slice(6, 11)} ${bare.slice(11)}`,
        Array.from(text, (symbol) =>
          symbol === '-' ? '－' : String.fromCodePoint((symbol.codePointAt(0) ?? 0) + 0xfee0),
        ).join(''),
      ];
      for (const spelling of spellings) {
        const masked = maskCodesIn(`the key is: ${spelling}${after}`);
        expect([spelling, masked]).toEqual([spelling, `the key is: SP-…-${text.slice(-4)}${after}`]);
      }
    }),
  );
});

test('a code takes no word of its sentence along, though a code could be read out of both', () => {
  const text = 'SP-RUFH-MNBYW-JKPSR-GXHW6-TQK3F-TBW2K';
  const spelled = text.replaceAll('-', '  ').toLowerCase();
  expect(maskCodesIn(`the key is: ${spelled} and on`)).toBe('the key is: SP-…-BW2K and on');
});

test('where a shorter code could be read within a longer one, the longer one is meant', () => {
  const symbolsOf = (n: number) => codeNumbered('activation-code', 'SP', n).replaceAll('-', '');
  const isKeyAt = (symbols: string, at: number) => {
    const key = canonicalCode('registration-key', symbols.slice(at, at + 18));
    return key !== undefined && /\d/.test(key) && hasValidCheckSymbol(key);
  };
  const codes = Array.from({ length: 20_000 }, (_, n) => symbolsOf(n)).filter((one) => /\d/.test(one));
  const fromTheStart = codes.filter((one) => isKeyAt(one, 0));
  const within = codes.filter((one) => !isKeyAt(one, 0) && [2, 3, 4, 5].some((at) => isKeyAt(one, at)));
  expect([fromTheStart.length, within.length].every((found) => found > 0)).toBe(true);
  for (const symbols of [...fromTheStart.slice(0, 20), ...within.slice(0, 20)])
    expect(maskCodesIn(`(${Array.from(symbols).join(' ')})`)).toBe(`(SP-…-${symbols.slice(-4)})`);
});

test('a code from elsewhere, without a check symbol of ours, is masked with what could be read as its end', () => {
  const imported = 'SP 2222 22222 22222 AB234 56789 ABCDE';
  const word = `XY${checkSymbol('23456789ABCDEXY')}`;
  expect(hasValidCheckSymbol(`SP${imported.slice(2).replaceAll(' ', '')}`)).toBe(false);
  expect(maskCodesIn(`(${imported} ${word})`)).toBe('(SP-…-BCDE)');
});

test('prose and figures are left as they are', () => {
  const plain = `The order PO-2026-00123 of 250 seats was accepted at 2026-11-20 09:30:00 UTC and ends on 2027-11-30.
    It is held: AMBIGUOUS_PRODUCT_FAMILY, 2 of 5 candidates; see 00 11 22 33. No code is in here, is there? 10.0.0.1, fd00::1,
    a statement took 1234.5 ms on connection 12, at async Object.run (/srv/app/src/fulfillment/batch/decide-batch.ts:120:33)`;
  expect(maskCodesIn(plain)).toBe(plain);
});

test('a value of any depth and size is walked, and what is too much is said to be there', () => {
  const deep = (levels: number) =>
    JSON.parse('['.repeat(levels) + '"SP-2222-2222-2222-2222"' + ']'.repeat(levels));
  expect(JSON.stringify(maskCodesInValue(deep(60)))).toContain('SP-…-2222');
  for (const levels of [3000, 200_000]) {
    const shown = JSON.stringify(maskCodesInValue(deep(levels)));
    expect(shown.length).toBeLessThan(500);
    expect(shown).toContain('nested too deep');
  }
  const wide = maskCodesInValue(
    Array.from({ length: 5000 }, () => ({ a: 1 })),
    { depth: 5, values: 100, text: 10 },
  );
  expect(JSON.stringify(wide).length).toBeLessThan(7000);
  expect(maskCodesInValue({ text: 'x'.repeat(50) }, { depth: 5, values: 100, text: 10 })).toEqual({
    text: `${'x'.repeat(10)}…`,
  });
});

test('names of fields are masked and stay apart, keep their order, and are never those of the language', () => {
  const value = JSON.parse(
    '{"b":1,"SP-2222-2222-2222-3333":2,"SP-2222-2222-2223-3333":3,"__proto__":{"x":1},"a":4}',
  );
  expect(JSON.stringify(maskCodesInValue(value))).toBe(
    '{"b":1,"SP-…-3333":2,"SP-…-3333 (2)":3,"__proto__":{"x":1},"a":4}',
  );
});
