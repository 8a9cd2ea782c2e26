import { expect, test } from 'vitest';
import type { Holdings } from '#src/domain/holdings.ts';
import { planUpgrade } from '#src/domain/upgrading/plan-upgrade.ts';
import { termNotes } from '#src/domain/upgrading/term-notes.ts';
import { aCatalog, aKey, aLicense, anOrder, owning, today } from '#test/domain/examples.ts';

const present = (validThrough: string) => [{ name: 'OfficeScan', validThrough }];
const year = ['2026-07-01', '2027-06-30'] as const;

test.each([
  ['2026-06-30', []],
  ['2026-07-01', ['TERM_OVERLAPS: 1 day of the term']],
  ['2026-07-31', ['TERM_OVERLAPS: 31 days of the term']],
  ['2027-06-30', ['TERM_OVERLAPS: 365 days of the term']],
  ['2030-01-01', ['TERM_OVERLAPS: 365 days of the term']],
  ['2026-06-29', ['TERM_LEAVES_GAP: 1 day before the term']],
  ['2026-06-20', ['TERM_LEAVES_GAP: 10 days before the term']],
  // Today is 2026-06-15: what expired before leaves the days from today on.
  ['2020-01-01', ['TERM_LEAVES_GAP: 16 days before the term']],
])('a term of a year from 2026-07-01 on a license valid through %s', (validThrough, expected) => {
  const notes = termNotes(...year, present(validThrough), today);
  expect(
    notes.map(({ code, message }) => `${code}: ${/\d+ days? (?:of|before) the term/.exec(message)?.[0]}`),
  ).toEqual(expected);
});

test('a term that began before today leaves no gap behind what has expired', () => {
  expect(termNotes('2026-06-01', '2027-05-31', present('2026-05-01'), today)).toEqual([]);
});

function notesOf(holdings: Holdings): readonly string[] {
  const decision = planUpgrade(anOrder(), holdings, aCatalog(), today);
  if (decision.outcome !== 'planned') return [decision.reason.code];
  return decision.plan.notes.map(({ code, message }) => `${code} ${message.split(' is ')[0]}`);
}

const retained = aLicense({ validThrough: '2026-12-31', seats: 10 });

test('an order says it of each product that it extends', () => {
  const other = aLicense({ pid: '100102EN01', validThrough: '2026-06-20', seats: 10 });
  expect(notesOf(owning([retained, other]))).toEqual([
    'TERM_OVERLAPS OfficeScan',
    'TERM_LEAVES_GAP Control Manager',
  ]);
  expect(notesOf(owning([retained], { registrationKeys: [aKey()] }))).toEqual(['TERM_OVERLAPS OfficeScan']);
});

test('an order that extends no product says it of the key that it renews', () => {
  expect(notesOf(owning([], { registrationKeys: [aKey()] }))).toEqual(['TERM_OVERLAPS The Registration Key']);
  expect(notesOf(owning([]))).toEqual([]);
});

test('trial time is dropped, and costs nothing', () => {
  expect(notesOf(owning([{ ...retained, edition: 'trial' }]))).toEqual([]);
});
