import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { repeatedName } from '#src/mechanisms/repeated-name.ts';

test.each([
  ['{"a":1,"a":2}', 'a'],
  ['{"a":{"b":1,"c":"}","b":2}}', 'a.b'],
  [String.raw`{"a":1,"\u0061":2}`, 'a'],
  [String.raw`{"x\"":1,"y":"\\","x\"":2}`, 'x"'],
  ['[{"a":1},{"a":1,"b":[1,{"c":1,"c":2}]}]', '1.b.1.c'],
  ['{"__proto__":1,"__proto__":2}', '__proto__'],
  ['{"":1,"":2}', ''],
  [`${'{"a":'.repeat(100_000)}{"b":1,"b":1}${'}'.repeat(100_000)}`, `${'a.'.repeat(100_000)}b`],
])('%s', (json, path) => {
  expect(repeatedName(json)).toBe(path);
});

test('what JSON.stringify writes has none', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, space) => {
      expect(repeatedName(JSON.stringify(value, null, space))).toBeUndefined();
    }),
  );
});
