import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonicalCode,
  checkSymbol,
  codeAlphabet,
  composeCode,
  hasValidCheckSymbol,
  maskCode,
  randomSymbols,
  type CodeKind,
} from '#src/domain/code.ts';
import { codeNumbered } from '#test/domain/examples.ts';

const kinds: readonly CodeKind[] = ['registration-key', 'activation-code'];
const dashes = ['\u2010', '\u2011', '\u2012', '\u2212', '\u2014', '\uFE63'];

function fullWidth(text: string): string {
  return text.replaceAll(/[!-~]/g, (character) =>
    String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfee0),
  );
}

const symbol = fc.constantFrom(...Array.from(codeAlphabet));

function issued(kind: CodeKind) {
  const symbols = fc.string({ unit: symbol, minLength: randomSymbols[kind], maxLength: randomSymbols[kind] });
  return fc
    .tuple(fc.constantFrom('OS', 'SP', 'WF', 'IO'), symbols)
    .map(([prefix, body]) => composeCode(kind, prefix, body));
}

/** Positions of body symbols, the check symbol included, in a code with hyphens. */
function bodyPositions(code: string): readonly number[] {
  return Array.from(code, (_, at) => at).filter((at) => at > 2 && code[at] !== '-');
}

function withSymbols(code: string, replaced: ReadonlyMap<number, string>): string {
  return Array.from(code, (old, at) => replaced.get(at) ?? old).join('');
}

test('the alphabet has 31 symbols, each once, and none that is confused with another', () => {
  expect(codeAlphabet).toBe('23456789ABCDEFGHJKMNPQRSTUVWXYZ');
  expect(new Set(codeAlphabet).size).toBe(31);
  expect(codeAlphabet).not.toMatch(/[01ILO]/);
});

test('the check symbol is the weighted sum of the others modulo 31', () => {
  expect(checkSymbol('222222222222222')).toBe('2');
  expect(checkSymbol('322222222222222')).toBe('3');
  expect(checkSymbol('232222222222222')).toBe('4');
  expect(checkSymbol('33')).toBe('5');
  expect(checkSymbol('ZZ')).toBe(codeAlphabet.charAt((30 + 60) % 31));
});

test('a Registration Key has 22 characters: its prefix and four groups of four', () => {
  const code = composeCode('registration-key', 'SP', '234567892345678');
  expect(code).toMatch(/^SP-2345-6789-2345-678[2-9A-HJKMNP-Z]$/);
  expect(code).toHaveLength(22);
});

test('an Activation Code has 37 characters: its prefix, a group of four and five of five', () => {
  const code = composeCode('activation-code', 'OS', '2345678923456789234567892345');
  expect(code).toMatch(/^OS-2345-67892-34567-89234-56789-2345[2-9A-HJKMNP-Z]$/);
  expect(code).toHaveLength(37);
});

describe.each(kinds)('the check symbol of a %s', (kind) => {
  test('is right in every code that we issue', () => {
    fc.assert(
      fc.property(issued(kind), (code) => {
        expect(hasValidCheckSymbol(code)).toBe(true);
      }),
    );
  });

  test('catches every single substitution', () => {
    fc.assert(
      fc.property(issued(kind), (code) => {
        for (const at of bodyPositions(code)) {
          for (const other of codeAlphabet) {
            const mistyped = withSymbols(code, new Map([[at, other]]));
            expect(hasValidCheckSymbol(mistyped)).toBe(mistyped === code);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  test('catches every adjacent transposition of different symbols', () => {
    fc.assert(
      fc.property(issued(kind), (code) => {
        const positions = bodyPositions(code);
        for (const [i, at] of positions.slice(0, -1).entries()) {
          const next = positions[i + 1] ?? at;
          const swapped = withSymbols(
            code,
            new Map([
              [at, code.charAt(next)],
              [next, code.charAt(at)],
            ]),
          );
          expect(hasValidCheckSymbol(swapped)).toBe(swapped === code);
        }
      }),
    );
  });

  test('cannot be right where a symbol is not of our alphabet', () => {
    fc.assert(
      fc.property(issued(kind), fc.nat(), fc.constantFrom('0', '1', 'I', 'L', 'O'), (code, pick, foreign) => {
        const positions = bodyPositions(code);
        const at = positions[pick % positions.length] ?? 3;
        expect(hasValidCheckSymbol(withSymbols(code, new Map([[at, foreign]])))).toBe(false);
      }),
    );
  });
});

describe('a code as a person types it', () => {
  const loosely = (code: string) =>
    fc
      .array(fc.constantFrom('', ' ', '-', ' - ', '\t'), { minLength: code.length, maxLength: code.length })
      .chain((gaps) =>
        fc
          .array(fc.boolean(), { minLength: code.length, maxLength: code.length })
          .map((lower) =>
            Array.from(
              code.replaceAll('-', ''),
              (letter, i) => (lower[i] ? letter.toLowerCase() : letter) + gaps[i],
            ).join(''),
          ),
      );

  test.each(kinds)('is read as a %s whatever its case, spaces and hyphens', (kind) => {
    const typedAndMeant = issued(kind).chain((code) =>
      fc.tuple(
        loosely(code).filter((text) => text.length <= 100),
        fc.constant(code),
      ),
    );
    fc.assert(
      fc.property(typedAndMeant, ([typed, meant]) => {
        expect(canonicalCode(kind, typed)).toBe(meant);
      }),
    );
  });

  test.each<[string, (code: string) => string]>([
    ['with the dashes of a word processor', (code) => code.replaceAll('-', '–')],
    ['with dashes of all kinds', (code) => dashes.reduce((text, dash) => text.replace('-', dash), code)],
    ['with a Japanese long vowel mark', (code) => code.replaceAll('-', 'ー')],
    ['in full width', fullWidth],
    ['with invisible characters', (code) => `\uFEFF${Array.from(code).join('\u200B')}\u200E\u00AD`],
    ['with blanks of all kinds', (code) => code.replaceAll('-', '\u00A0\u2009\u3000\t\n')],
  ])('is read as it is pasted %s', (_, pasted) => {
    for (const [kind, prefix] of [
      ['activation-code', 'OS'],
      ['registration-key', 'SP'],
    ] as const) {
      const code = codeNumbered(kind, prefix, 1);
      expect(pasted(code)).not.toBe(code);
      expect(canonicalCode(kind, pasted(code))).toBe(code);
    }
  });

  test('is accepted by shape alone, since codes from elsewhere have not our alphabet', () => {
    const foreign = 'OS-0O1I-LLLLL-00000-11111-OOOOO-IIIII';
    expect(canonicalCode('activation-code', foreign)).toBe(foreign);
    expect(hasValidCheckSymbol(foreign)).toBe(false);
  });

  test.each([
    ['of another kind', codeNumbered('registration-key', 'SP', 1)],
    ['too short', codeNumbered('activation-code', 'OS', 1).slice(0, -1)],
    ['too long', `${codeNumbered('activation-code', 'OS', 1)}2`],
    ['with a digit in its prefix', codeNumbered('activation-code', 'OS', 1).replace('OS', 'O5')],
    [
      'with letters that only become Latin in upper case',
      codeNumbered('activation-code', 'OS', 1).replace('OS-32', 'OS-ıſ'),
    ],
    ['with a letter that becomes two', `OSß${codeNumbered('activation-code', 'OS', 1).slice(5)}`],
    ['with an underscore', codeNumbered('activation-code', 'OS', 1).replaceAll('-', '_')],
    ['empty', ''],
    ['of a million characters', '2'.repeat(1_000_000)],
  ])('is refused %s', (_, typed) => {
    expect(canonicalCode('activation-code', typed)).toBeUndefined();
  });
});

test('of a code, the first group and the last four symbols are shown', () => {
  expect(maskCode('OS-7K2M-22222-33333-44444-55555-69XQ4')).toBe('OS-…-9XQ4');
  expect(maskCode('SP-7K2M-2222-3333-9XQ4')).toBe('SP-…-9XQ4');
});
