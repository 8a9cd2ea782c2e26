import { describe, expect, test } from 'vitest';
import { plainAddress } from '#src/domain/customers/address.ts';
import { dateInWords, instantInWords, numberInWords } from '#src/domain/customers/dates.ts';
import { languageAccepted, languageNamed, languageOfCountry } from '#src/domain/customers/language.ts';
import { nextAttemptAfter } from '#src/domain/customers/mail-schedule.ts';
import { accountNameOf, registrationRight } from '#src/domain/customers/registration-right.ts';
import { codeFromBytes, codeTyped, mayBeMailed } from '#src/domain/customers/sign-in.ts';
import type { License } from '#src/domain/license.ts';
import { licenseFault, ownSideFault } from '#src/domain/merging/own-side.ts';

test('languages: by country, where nothing else is known; numbers as each writes them', () => {
  expect(['DE', 'AT', 'CH', 'JP', 'US'].map(languageOfCountry)).toEqual(['de', 'de', 'de', 'ja', 'en']);
  expect([numberInWords(1234, 'en'), numberInWords(1234, 'de'), numberInWords(5678, 'de')]).toEqual([
    '1,234',
    '1.234',
    '5.678',
  ]);
});

test('languages: by choice, and by what the browser accepts', () => {
  expect([languageNamed('ja'), languageNamed('fr'), languageNamed(undefined)]).toEqual([
    'ja',
    undefined,
    undefined,
  ]);
  expect(languageAccepted(undefined)).toBe('en');
  expect(languageAccepted('fr, de-AT;q=0.8, en;q=0.9')).toBe('en');
  expect(languageAccepted('fr-FR, de-AT;q=0.8, en;q=0.7')).toBe('de');
  expect(languageAccepted('ja;q=0, *;q=0.5')).toBe('en');
  expect(languageAccepted('ja;level=1')).toBe('ja');
});

test('dates, instants and numbers are written as the language writes them', () => {
  expect(dateInWords('2027-11-30', 'en')).toBe('30 November 2027');
  expect(dateInWords('2027-11-30', 'en')).toBe('30 November 2027');
  expect(dateInWords('2027-11-30', 'de')).toBe('30. November 2027');
  expect(dateInWords('2027-11-30', 'ja')).toBe('2027年11月30日');
  expect(instantInWords('2027-11-30T09:05:00Z', 'en')).toContain('09:05');
  expect(instantInWords('2027-11-30T09:05:00Z', 'en')).toContain('UTC');
  expect(numberInWords(1250, 'de')).toBe('1.250');
});

test('addresses are compared without case and blanks', () => {
  expect(plainAddress('  IT@ACME.example ')).toBe('it@acme.example');
});

test('codes are six digits, however they are pasted', () => {
  expect(codeFromBytes(new Uint8Array(8))).toBe('000000');
  expect(codeFromBytes(new Uint8Array([0, 0, 0, 0, 0, 1, 226, 64, 99]))).toBe('123456');
  expect(codeTyped(' 123 456 ')).toBe('123456');
  expect(codeTyped('１２３-４５６')).toBe('123456');
  expect(codeTyped('12345')).toBeUndefined();
});

test('a mail is tried after 1, 5, 15 minutes, then hourly, for a day', () => {
  expect([1, 2, 3, 4, 9].map((attempts) => nextAttemptAfter(attempts, 0))).toEqual([
    60, 300, 900, 3600, 3600,
  ]);
  expect(nextAttemptAfter(9, 24 * 3600)).toBeUndefined();
});

describe('who may register a key', () => {
  const customer = { account: null, company: 'ACME', email: 'Buying@acme.example' };
  test('one without an account: whoever has it', () => {
    expect(registrationRight({ account: null, customer }, 'a@b.example', [], undefined)).toEqual({
      right: 'any-account',
    });
  });
  test('one with an account: members, its own address, and the address that it was ordered for', () => {
    const key = { account: 'acme', customer };
    const yes = { right: 'this-account', account: 'acme' };
    expect(registrationRight(key, 'kim@acme.example', ['acme'], 'it@acme.example')).toEqual({
      ...yes,
      becomesMember: false,
    });
    expect(registrationRight(key, 'it@acme.example', [], 'IT@acme.example')).toEqual({
      ...yes,
      becomesMember: true,
    });
    expect(registrationRight(key, 'buying@acme.example', [], undefined)).toEqual({
      ...yes,
      becomesMember: true,
    });
    expect(registrationRight(key, 'a@b.example', ['other'], 'it@acme.example')).toEqual({ right: 'none' });
  });
  test('an account’s name is made of its company’s letters and digits', () => {
    expect(accountNameOf('Société Lumière & Fils')).toBe('societe-lumiere-fils');
    expect(accountNameOf('Müller Straße 3')).toBe('muller-strasse-3');
    expect(accountNameOf('株式会社')).toBeUndefined();
  });
});

describe('what an account’s own licenses say of merging', () => {
  const today = '2026-11-28';
  const license = (changes: Partial<License>): License => ({
    id: '1',
    activationCode: 'WF-1',
    account: 'acme',
    pid: '100501EN01',
    type: 'retail',
    edition: 'full',
    status: 'active',
    seats: 1,
    validThrough: '2027-01-01',
    mergedInto: null,
    registrationKey: null,
    extendedBy: [],
    grants: 1,
    anchor: null,
    revokedBy: null,
    ...changes,
  });
  const fault = (kind: 'service' | 'on-premises', ...changes: readonly Partial<License>[]) =>
    ownSideFault(changes.map(license), kind, today);
  test('in the order of the checks', () => {
    expect(fault('service')).toBe('MERGE_NO_LICENSE');
    expect(fault('service', { status: 'merged', mergedInto: '2' })).toBe('MERGE_ALREADY_MERGED');
    expect(fault('service', { validThrough: '2026-01-01' })).toBe('MERGE_EXPIRED');
    expect(fault('service', { status: 'suspended' })).toBe('MERGE_NOT_USABLE');
    expect(fault('service', { status: 'revoked' })).toBe('MERGE_NOT_USABLE');
    expect(fault('service', { edition: 'trial' })).toBe('MERGE_TRIAL');
    expect(fault('service', {}, {})).toBe('MERGE_SEVERAL_ACTIVE');
    expect(fault('service', {})).toBeUndefined();
    expect(fault('on-premises', {})).toBe('MERGE_NO_LICENSE');
    expect(fault('on-premises', {}, { edition: 'trial' })).toBe('MERGE_TRIAL');
    expect(fault('on-premises', {}, {})).toBeUndefined();
  });
  test('of a license by itself', () => {
    const alone = (changes: Partial<License>) => licenseFault(license(changes), today);
    expect(alone({})).toBeUndefined();
    expect(alone({ status: 'merged', mergedInto: '2' })).toBe('MERGE_ALREADY_MERGED');
    expect(alone({ validThrough: '2026-01-01' })).toBe('MERGE_EXPIRED');
    expect([alone({ status: 'suspended' }), alone({ status: 'revoked' })]).toEqual([
      'MERGE_NOT_USABLE',
      'MERGE_NOT_USABLE',
    ]);
    expect(alone({ edition: 'trial' })).toBe('MERGE_TRIAL');
  });
});

test('one more mail goes while neither its address nor its network has had its share', () => {
  expect(mayBeMailed({ ofAddress: 4, ofNetwork: 19 })).toBe(true);
  expect(mayBeMailed({ ofAddress: 5, ofNetwork: 0 })).toBe(false);
  expect(mayBeMailed({ ofAddress: 0, ofNetwork: 20 })).toBe(false);
});
