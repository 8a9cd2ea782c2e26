import { afterAll, beforeAll, expect, test } from 'vitest';
import { reading, statement } from '#src/persistence/database.ts';
import { addAccount } from '#test/http/holdings.ts';
import { fulfilled, get, operatorKey, order, orderFor } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';

let t: TestApp;
let northwind: string;
let contoso: string;
const wf = (last: string) => `WF-2345-67892-34567-89234-56789-2345${last}`;

beforeAll(async () => {
  t = await openTestApp();
  northwind = await t.reseller('northwind');
  contoso = await t.reseller('contoso');
});
afterAll(() => t.close());

test("an account's licenses come by PID, then code, as they count today, with their grants", async () => {
  await addAccount(t.database, 'acme', 'northwind', [
    { activationCode: wf('B'), pid: '100501EN01', validThrough: '2020-01-01' },
    { activationCode: wf('A'), pid: '100501EN01', type: 'oem' },
    {
      activationCode: 'OS-2345-67892-34567-89234-56789-2345A',
      pid: '100101DE02',
      seats: 20,
      validThrough: '2027-01-31',
    },
    { activationCode: 'ZZ-2345-67892-34567-89234-56789-2345A', pid: '999999EN01' },
  ]);
  await fulfilled(t, northwind, orderFor('acme', { seats: 30, startsOn: '2027-01-01' }));
  const { items, next } = (await get(t, northwind, '/v1/accounts/acme/licenses')).json();
  expect(next).toBeNull();
  expect(
    items.map(
      ({ activationCode }: { activationCode: string }) =>
        activationCode.slice(0, 2) + activationCode.slice(-1),
    ),
  ).toEqual(['OSA', 'WFA', 'WFB', 'ZZA']);
  expect(items[0]).toMatchObject({
    product: 'OfficeScan',
    pid: '100101DE02',
    seats: 30,
    validThrough: '2027-12-31',
    status: 'active',
    mergedInto: null,
    grants: [
      { number: 1, causeKind: 'import', seats: 20, validThrough: '2027-01-31' },
      { number: 2, causeKind: 'order', seats: 30, validThrough: '2027-12-31' },
    ],
  });
  expect(items[2].status).toBe('expired');
  expect(items[3].product).toBe('999999EN01');
});

test("codes of an account that is nobody's are masked for a reseller; another's account is unknown", async () => {
  await addAccount(t.database, 'nobodys', null, [{ activationCode: wf('C') }]);
  await addAccount(t.database, 'theirs', 'contoso', [{ activationCode: wf('D') }]);
  const licenses = async (key: string, account: string) => get(t, key, `/v1/accounts/${account}/licenses`);
  expect((await licenses(northwind, 'nobodys')).json().items[0].activationCode).toBe('WF-…-345C');
  expect((await licenses(northwind, 'theirs')).statusCode).toBe(404);
  expect((await licenses(northwind, 'none')).statusCode).toBe(404);
  expect((await licenses(contoso, 'theirs')).json().items[0].activationCode).toBe(wf('D'));
  expect((await licenses(operatorKey, 'nobodys')).json().items[0].activationCode).toBe(wf('C'));
});

test("a merged license names its survivor, masked when that is not the viewer's", async () => {
  await addAccount(t.database, 'branch', 'northwind', [
    { activationCode: wf('E') },
    { activationCode: wf('F') },
  ]);
  await addAccount(t.database, 'far', 'contoso', [{ activationCode: wf('G') }]);
  await addAccount(t.database, 'near', 'northwind', [{ activationCode: wf('H') }]);
  const merge = (from: string, into: string) =>
    statement(
      reading(t.database),
      `update license set status = 'merged', merged_into = (select id from license where activation_code = $2) where activation_code = $1`,
      [from, into],
    );
  await merge(wf('E'), wf('G'));
  await merge(wf('F'), wf('H'));
  const { items } = (await get(t, northwind, '/v1/accounts/branch/licenses')).json();
  expect(items).toMatchObject([
    { status: 'merged', mergedInto: 'WF-…-345G' },
    { status: 'merged', mergedInto: wf('H') },
  ]);
});

test('find tells operators what a code or number belongs to, however it is typed', async () => {
  await addAccount(t.database, 'found', 'northwind', [{ activationCode: wf('J') }]);
  const body = order({ orderNumber: 'PO 77/X' });
  const id = await fulfilled(t, northwind, body);
  await fulfilled(t, contoso, body);
  const find = async (code: string) => get(t, operatorKey, `/v1/find?code=${encodeURIComponent(code)}`);
  const { registrationKey, certificate } = (await get(t, northwind, `/v1/upgrade-orders/${id}`)).json();
  expect((await find(registrationKey.toLowerCase().replaceAll('-', ' '))).json().items).toMatchObject([
    {
      what: 'registration-key',
      registrationKey,
      reseller: 'northwind',
      orderNumber: 'PO 77/X',
      certificate: { version: 1 },
    },
  ]);
  expect((await find(wf('J').replaceAll('-', ''))).json().items).toMatchObject([
    { what: 'activation-code', activationCode: wf('J'), account: 'found', status: 'active' },
  ]);
  expect((await find(' PO 77/X ')).json().items).toMatchObject([
    { what: 'message', kind: 'upgrade-order', reseller: 'northwind', id },
    { what: 'message', kind: 'upgrade-order', reseller: 'contoso' },
  ]);
  expect((await find(certificate.number.toLowerCase())).json().items).toMatchObject([
    { what: 'certificate', number: certificate.number, version: 1, message: id, registrationKey },
  ]);
  expect((await find(id)).json().items).toMatchObject([{ what: 'message', id }]);
  const mistyped = `${registrationKey.slice(0, -1)}${registrationKey.endsWith('2') ? '3' : '2'}`;
  expect((await find(mistyped)).json()).toMatchObject({ status: 400, code: 'MISTYPED_CODE' });
  expect((await find('SE-2222-2222-2222-2222')).statusCode).toBe(404);
  expect((await find('nothing')).statusCode).toBe(404);
  expect((await get(t, operatorKey, '/v1/find')).json()).toMatchObject({
    status: 400,
    errors: [{ path: 'code' }],
  });
});
