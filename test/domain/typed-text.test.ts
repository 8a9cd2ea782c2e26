import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeSymbols, comparable, isVisible, plainIdentifier, plainName } from '#src/domain/typed-text.ts';

test.each([
  ['PO-1', 'PO-1'],
  ['PO-1 ', 'PO-1'],
  ['\u00A0 PO  1\u3000', 'PO 1'],
  ['PO\u2013\u20111', 'PO--1'],
  ['ＰＯ－１', 'PO-1'],
  ['\uFEFFPO\u200B-1', 'PO-1'],
  ['PO\t1', 'PO\t1'],
  [' ', ''],
  ['x '.repeat(300), 'x '.repeat(300)],
])('the identifier %j is %j', (typed, plain) => {
  expect(plainIdentifier(typed)).toBe(plain);
});

test('an identifier that is plain stays so', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (typed) => {
      const plain = plainIdentifier(typed);
      expect(plainIdentifier(plain)).toBe(plain);
    }),
  );
});

test('a name keeps what is inside, also joiners that its script needs', () => {
  expect(plainName(' \u200BControl\u00A0Manager™\uFEFF ')).toBe('Control Manager™');
  expect(plainName('نرم\u200Cافزاری')).toBe('نرم\u200Cافزاری');
});

test('names compare without case, width and blanks at the ends', () => {
  expect(comparable(' ＥＭＥＡ\u00A0')).toBe('emea');
  expect(comparable('emea north')).not.toBe(comparable('emea'));
});

test.each(['', ' ', '\u200B', '\u3164', '\u2800', '\u0301', '\u00AD\u2060', '\uD800'])(
  '%j cannot be seen',
  (text) => {
    expect(isVisible(text)).toBe(false);
  },
);

test.each(['-', 'a', ' ä ', '日', '🏢', '\u200B.', 'نرم'])('%j can be seen', (text) => {
  expect(isVisible(text)).toBe(true);
});

test('what is far too long for a code is none', () => {
  expect(codeSymbols('2'.repeat(501))).toBeUndefined();
});
