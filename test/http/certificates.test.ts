import { createHash, createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderCertificate } from '#src/certificate/render-pdf.ts';
import { signCertificate } from '#src/certificate/sign.ts';
import { findCertificate, storeCertificatePdfs } from '#src/persistence/certificates.ts';
import { inTransaction, reading, statement } from '#src/persistence/database.ts';
import { addAccount } from '#test/http/holdings.ts';
import { fulfilled, get, operatorKey, order, orderFor, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';

let t: TestApp;
let northwind: string;
let contoso: string;

beforeAll(async () => {
  t = await openTestApp();
  northwind = await t.reseller('northwind');
  contoso = await t.reseller('contoso');
});
afterAll(() => t.close());

async function certified(key: string, body = order()): Promise<{ id: string; number: string }> {
  const id = await fulfilled(t, key, body);
  const { certificate } = (await get(t, key, `/v1/upgrade-orders/${id}`)).json();
  return { id, number: certificate.number };
}

async function render(number: string): Promise<void> {
  const certificate = await findCertificate(reading(t.database), number);
  if (!certificate) throw new Error('no certificate');
  const jws = signCertificate(certificate.facts, t.signingKey);
  const pdf = await renderCertificate(certificate.facts, jws);
  await inTransaction(t.database, (tx) => storeCertificatePdfs(tx, [{ ...certificate, jws, pdf }]));
}

const asPdf = { accept: 'application/pdf' };

test('the facts are JSON at once; the PDF is pending until it is rendered, and then comes with an ETag and a name', async () => {
  const { id, number } = await certified(northwind);
  const facts = await get(t, northwind, `/v1/certificates/${number}`);
  expect(facts.json()).toMatchObject({ kind: 'upgrade', number, version: 1, reseller: 'northwind' });
  const pending = await get(t, northwind, `/v1/certificates/${number}`, asPdf);
  expect(pending.json()).toMatchObject({ status: 503, code: 'CERTIFICATE_PENDING' });
  expect(Number(pending.headers['retry-after'])).toBeGreaterThan(0);
  await render(number);
  const pdf = await get(t, northwind, `/v1/certificates/${number}`, asPdf);
  expect(pdf.statusCode).toBe(200);
  expect(pdf.headers['content-type']).toBe('application/pdf');
  expect(pdf.headers['content-disposition']).toContain(`${number}-v1.pdf`);
  expect(pdf.rawPayload.subarray(0, 5).toString()).toBe('%PDF-');
  const etag = `"${createHash('sha256').update(pdf.rawPayload).digest('hex')}"`;
  expect(pdf.headers.etag).toBe(etag);
  const unchanged = await get(t, northwind, `/v1/certificates/${number}`, {
    ...asPdf,
    'if-none-match': etag,
  });
  expect(unchanged.statusCode).toBe(304);
  const outcome = await get(t, northwind, `/v1/upgrade-orders/${id}`);
  expect(outcome.json().certificate.status).toBe('ready');
  const { items } = (await get(t, northwind, `/v1/upgrade-orders/${id}/events`)).json();
  expect(items.at(-1)).toMatchObject({ event: 'certificate-rendered', details: { number, version: 1 } });
});

test.each([
  ['*/*', 'application/json'],
  ['application/pdf;q=0.1, application/json', 'application/json'],
  ['application/json;q=0.5, application/pdf', 'application/pdf'],
  ['text/html, application/pdf;q=0', 'application/json'],
])('Accept: %s gives %s', async (accept, type) => {
  const { number } = await certified(northwind);
  await render(number);
  const answer = await get(t, northwind, `/v1/certificates/${number}`, { accept });
  expect(answer.headers['content-type']).toContain(type);
});

test('a second order gives a second version; each can be asked for', async () => {
  await addAccount(t.database, 'twice', 'northwind');
  const { number } = await certified(northwind, orderFor('twice'));
  await certified(northwind, orderFor('twice', { seats: 200 }));
  expect((await get(t, northwind, `/v1/certificates/${number}`)).json()).toMatchObject({
    version: 2,
    seats: 200,
  });
  expect((await get(t, northwind, `/v1/certificates/${number}?version=1`)).json()).toMatchObject({
    version: 1,
    seats: 100,
  });
  expect((await get(t, northwind, `/v1/certificates/${number}?version=3`)).statusCode).toBe(404);
  const bad = await get(t, northwind, `/v1/certificates/${number}?version=x`);
  expect(bad.json()).toMatchObject({ status: 400, errors: [{ path: 'version' }] });
});

test('verifying checks signature, facts and PDF, and notices each alteration', async () => {
  const { number } = await certified(northwind);
  expect((await get(t, northwind, `/v1/certificates/${number}/verify`)).statusCode).toBe(503);
  await render(number);
  const verify = async () => (await get(t, northwind, `/v1/certificates/${number}/verify`)).json();
  const { secret, registrationKey } = (await get(t, northwind, `/v1/certificates/${number}`)).json();
  const salted = createHmac('sha256', secret).update(registrationKey).digest('hex');
  expect(await verify()).toMatchObject({
    payload: { registrationKeyFingerprint: salted.slice(0, 16) },
    number,
    valid: true,
    signature: 'valid',
    facts: 'match',
    pdf: 'match',
  });
  const change = (sql: string) => statement(reading(t.database), sql, [number]);
  await change(`update certificate set facts = jsonb_set(facts, '{seats}', '9999') where number = $1`);
  expect(await verify()).toMatchObject({ valid: false, facts: 'altered' });
  await change(`update certificate set facts = jsonb_set(facts, '{seats}', '100') where number = $1`);
  await change(`update certificate_pdf set pdf = pdf || '\\x00' where number = $1`);
  expect(await verify()).toMatchObject({ valid: false, facts: 'match', pdf: 'altered' });
  await change(`update certificate_pdf set jws = jws || 'A' where number = $1`);
  expect(await verify()).toMatchObject({ valid: false, signature: 'bad-signature' });
});

test('the public keys check the certificates', async () => {
  const { keys } = (await t.app.inject({ url: '/.well-known/jwks.json' })).json();
  expect(keys).toEqual([t.signingKey.publicJwk]);
});

test("another reseller's certificate is unknown; an operator sees all", async () => {
  const { number } = await certified(northwind);
  expect((await get(t, contoso, `/v1/certificates/${number}`)).statusCode).toBe(404);
  expect((await get(t, contoso, `/v1/certificates/${number}/verify`)).statusCode).toBe(404);
  expect((await get(t, contoso, '/v1/certificates/LC-2026-9999999')).statusCode).toBe(404);
  expect((await get(t, operatorKey, `/v1/certificates/${number}`)).json().registrationKey).toMatch(
    /^SE-\w{4}-\w{4}/,
  );
});

test('an approved order for the account of another reseller shows masked codes, and no PDF, to the one that placed it', async () => {
  await addAccount(t.database, 'contosos', 'contoso', [
    { activationCode: 'OS-2345-67892-34567-89234-56789-2345D' },
  ]);
  const id = await fulfilled(t, northwind, orderFor('contosos'));
  const held = (await get(t, northwind, `/v1/upgrade-orders/${id}`)).json();
  expect(held).toMatchObject({ status: 'held', reason: { code: 'ACCOUNT_OF_ANOTHER_RESELLER' } });
  expect(
    (await post(t, operatorKey, `/v1/holds/${held.hold}/approve`, { reason: 'agreed' })).statusCode,
  ).toBe(200);
  const outcome = (await get(t, northwind, `/v1/upgrade-orders/${id}`)).json();
  expect(outcome).toMatchObject({ status: 'fulfilled' });
  expect(outcome.registrationKey).toContain('…');
  const { number } = outcome.certificate;
  await render(number);
  const placed = await get(t, northwind, `/v1/certificates/${number}`);
  expect(placed.body).not.toContain('67892');
  expect(placed.json()).not.toHaveProperty('secret');
  const checked = (await get(t, northwind, `/v1/certificates/${number}/verify`)).json();
  expect(checked).toMatchObject({ valid: true });
  expect(checked).not.toHaveProperty('payload');
  expect((await get(t, northwind, `/v1/certificates/${number}`, asPdf)).statusCode).toBe(404);
  // A key is shown to the reseller who sold it and to nobody else's: the account's own reads its codes alone.
  const own = await get(t, contoso, `/v1/certificates/${number}`);
  expect(own.body).toContain('67892');
  expect(own.json().registrationKey).toContain('…');
  expect((await get(t, contoso, `/v1/certificates/${number}`, asPdf)).statusCode).toBe(404);
  expect((await get(t, operatorKey, `/v1/certificates/${number}`, asPdf)).statusCode).toBe(200);
});
