import { expect, test } from 'vitest';
import { addDays } from '#src/domain/calendar.ts';
import type { ChangeTarget } from '#src/domain/lifecycle/change-request.ts';
import { findTarget, type TargetHoldings } from '#src/domain/lifecycle/change-target.ts';
import { aKey, aLicense, anAccount, today, yesterday } from '#test/domain/examples.ts';
import { planOf, reasonOf, verdict } from '#test/domain/verdict.ts';

const key = aKey({ reseller: 'northwind' });
const license = aLicense();
const order = { order: 'PO-1' };
const byKey = { registrationKey: key.code };
const byCode = { activationCode: license.activationCode };
const mistyped = { activationCode: `${license.activationCode.slice(0, -1)}0` };
const account = anAccount();
const others = anAccount('other', { reseller: 'contoso' });
const retired = { code: key.code, newest: aKey().code, until: null };

test.each<[string, ChangeTarget, string | undefined, Partial<TargetHoldings>]>([
  ['planned', order, 'northwind', { orderStatus: 'fulfilled', key, account }],
  ['planned', order, undefined, { orderStatus: 'fulfilled', key, account }],
  ['rejected UNKNOWN_ORDER', order, 'northwind', {}],
  ['rejected UNKNOWN_ORDER', order, 'fabrikam', { orderStatus: 'fulfilled', key, account }],
  ['rejected NOT_FULFILLED', order, 'northwind', { orderStatus: 'accepted' }],
  ['rejected NOT_FULFILLED', order, 'northwind', { orderStatus: 'held' }],
  ['rejected NOT_FULFILLED', order, 'northwind', { orderStatus: 'rejected' }],
  ['planned', byKey, 'northwind', { key, account: others }],
  ['planned', byKey, 'contoso', { key, account: others }],
  ['planned', byKey, undefined, { key }],
  ['rejected UNKNOWN_REGISTRATION_KEY', byKey, 'contoso', { key, account }],
  ['rejected UNKNOWN_REGISTRATION_KEY', byKey, 'contoso', { key }],
  ['rejected UNKNOWN_REGISTRATION_KEY', byKey, 'northwind', {}],
  ['rejected CODE_REPLACED', byKey, 'northwind', { key, account, retired }],
  ['rejected UNKNOWN_REGISTRATION_KEY', byKey, 'contoso', { key, account, retired }],
  ['rejected CODE_REPLACED', byKey, 'northwind', { key, retired: { ...retired, until: yesterday } }],
  ['planned', byKey, 'northwind', { key, retired: { ...retired, until: today } }],
  ['planned', byKey, 'northwind', { key, retired: { ...retired, until: addDays(today, 1) } }],
  ['planned', byCode, 'northwind', { license, survivor: license, account }],
  ['planned', byCode, undefined, { license, survivor: license, account: others }],
  ['rejected UNKNOWN_LICENSE', byCode, 'northwind', { license, survivor: license, account: others }],
  ['rejected UNKNOWN_LICENSE', byCode, 'northwind', {}],
  ['rejected MISTYPED_CODE', mistyped, 'northwind', {}],
  ['rejected MISTYPED_CODE', {}, 'northwind', {}],
  ['rejected CODE_REPLACED', byCode, 'northwind', { license, survivor: license, account, retired }],
])('%s: %j of %s', (expected, named, asker, holdings) => {
  expect(verdict(findTarget(named, asker, { served: [], ...holdings }, today))).toBe(expected);
});

test('an order means its key with all that it serves; a replaced code names the newest, masked', () => {
  const served = [license];
  const found = planOf(findTarget(order, 'northwind', { orderStatus: 'fulfilled', key, served }, today));
  expect(found).toEqual({ what: 'key', key, licenses: served });
  const reason = reasonOf(findTarget(byKey, 'northwind', { key, served, retired }, today));
  expect(reason.details).toEqual({
    registrationKey: expect.stringContaining('…'),
    newest: expect.stringContaining('…'),
  });
});
