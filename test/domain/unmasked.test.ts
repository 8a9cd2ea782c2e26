import { expect, test } from 'vitest';
import { maskCodesInValue } from '#src/domain/masked-codes.ts';
import { unmasked } from '#src/domain/unmasked.ts';

const a = 'OS-2345-67892-34567-89234-56789-2345A';
const b = 'OS-2345-67892-34567-89234-56789-2345B';
const twin = 'OS-9999-67892-34567-89234-56789-2345A';

test('what was left masked is what it was, wherever it is moved', () => {
  const original = { keep: [a, b], seats: 1, none: null, customer: { company: 'ACME' } };
  const shown = maskCodesInValue(original);
  expect(JSON.stringify(shown)).not.toContain('67892');
  expect(unmasked(shown, original)).toEqual(original);
  expect(unmasked({ keep: ['OS-…-345B', 'OS-…-345A'], seats: 2 }, original)).toEqual({
    keep: [b, a],
    seats: 2,
  });
  expect(unmasked({ retain: 'OS-…-345A', more: { company: 'ACME' } }, original)).toEqual({
    retain: a,
    more: { company: 'ACME' },
  });
});

test('what two codes are shown as is told apart by its place alone', () => {
  const original = { keep: [a, twin, a], company: 'ACME' };
  expect(unmasked(maskCodesInValue(original), original)).toEqual(original);
  expect(unmasked({ retain: 'OS-…-345A' }, original)).toEqual({ retain: 'OS-…-345A' });
});

test('what was typed anew stays as it was typed', () => {
  expect(unmasked({ keep: [b], text: 'x', n: null }, { keep: [a], text: 3 })).toEqual({
    keep: [b],
    text: 'x',
    n: null,
  });
  expect(unmasked('x', { keep: [a] })).toBe('x');
  expect(unmasked(7, null)).toBe(7);
});

test('what lies too deep to be shown is what it was when it is left alone', () => {
  let deep: unknown = [a];
  for (let i = 0; i < 100; i += 1) deep = { inner: deep };
  const original = { deep, long: `${'x'.repeat(200_000)} ${a}`, keep: [a] };
  const shown = maskCodesInValue(original);
  expect(JSON.stringify(shown)).toContain('too deep');
  expect(JSON.stringify(shown)).not.toContain('67892');
  expect(unmasked(shown, original)).toEqual(original);
});
