import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderCertificate } from '#src/certificate/render-pdf.ts';
import { signCertificate } from '#src/certificate/sign.ts';
import { publicJwks } from '#src/certificate/signing-key.ts';
import type { KitFacts } from '#src/kit/kit-facts.ts';
import { verifyKit } from '#src/kit/verify-kit.ts';
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

const agreed = { acceptedAgreementAt: '2026-11-21T10:00:00Z' };

/** An order for the account, fulfilled. @returns its Registration Key */
async function keyFor(body: Record<string, unknown>): Promise<string> {
  const id = await fulfilled(t, northwind, body);
  return (await get(t, northwind, `/v1/upgrade-orders/${id}`)).json().registrationKey;
}

async function registered(
  body: Record<string, unknown>,
): Promise<{ id: string; certificate: { number: string; version: number } }> {
  const { id } = (await post(t, northwind, '/v1/registrations', { ...agreed, ...body })).json<{
    id: string;
  }>();
  await t.fulfil(id);
  const outcome = (await get(t, northwind, `/v1/registrations/${id}`)).json();
  expect(outcome).toMatchObject({ status: 'fulfilled' });
  return outcome;
}

async function render({ number, version }: { number: string; version: number }): Promise<void> {
  const certificate = await findCertificate(reading(t.database), number, version);
  if (!certificate) throw new Error('no certificate');
  const jws = signCertificate(certificate.facts, t.signingKey);
  const pdf = await renderCertificate(certificate.facts, jws);
  await inTransaction(t.database, (tx) => storeCertificatePdfs(tx, [{ ...certificate, jws, pdf }]));
}

const kitOf = (key: string, id: string) => get(t, key, `/v1/registrations/${id}/deployment-kit`);

function factsIn(zip: Buffer): KitFacts {
  return JSON.parse(Buffer.from(unzipSync(zip)['kit.json'] ?? []).toString('utf8'));
}

test('is what the key issued, and not what was owned before; pending until the certificate is rendered', async () => {
  const owned = 'OS-2345-67892-34567-89234-56789-2345D';
  await addAccount(t.database, 'acme', 'northwind', [{ activationCode: owned }]);
  const key = await keyFor(orderFor('acme', { suite: 'SPC' }));
  const { id, certificate } = await registered({
    registrationKey: key,
    account: 'acme',
    select: ['Control Manager', 'Hosted Email Security'],
  });
  const pending = await kitOf(northwind, id);
  expect(pending.json()).toMatchObject({ status: 503, code: 'CERTIFICATE_PENDING' });
  expect(Number(pending.headers['retry-after'])).toBeGreaterThan(0);
  await render(certificate);
  const kit = await kitOf(northwind, id);
  expect(kit.statusCode).toBe(200);
  expect(kit.headers['content-type']).toBe('application/zip');
  expect(kit.headers['content-disposition']).toBe(
    `attachment; filename="deployment-kit-${certificate.number}-v${certificate.version}.zip"`,
  );
  expect(kit.headers['cache-control']).toBe('no-store');
  const facts = factsIn(kit.rawPayload);
  expect(facts).toMatchObject({ kit: 1, account: 'acme', suite: 'SPC' });
  expect(facts.certificate).toEqual({ number: certificate.number, version: certificate.version });
  expect(facts.products.map(({ product }) => product)).toEqual(['Control Manager', 'Hosted Email Security']);
  expect(facts.products[0]?.downloads?.[0]).toMatchObject({
    url: 'https://licenses.example/samples/sample-installer.sh',
    install: ['{file}', '--product', 'Control Manager', '--activation-code', '{activationCode}'],
  });
  expect(facts.products[1]).toMatchObject({ console: 'https://hosted-email-security.example/console' });
  expect(JSON.stringify(facts)).not.toContain(owned);
  expect(await verifyKit(kit.rawPayload, publicJwks([t.signingKey]))).toMatchObject({ verdict: 'valid' });
  expect((await kitOf(northwind, id)).rawPayload.equals(kit.rawPayload)).toBe(true);
  expect((await kitOf(operatorKey, id)).rawPayload.equals(kit.rawPayload)).toBe(true);
});

test('grows with a further registration, and loses what is revoked or merged', async () => {
  const key = await keyFor(order());
  const newAccount = {
    id: 'nordlys',
    company: 'Nordlys',
    email: 'it@nordlys.example',
    country: 'NO',
    region: 'emea',
  };
  const first = await registered({ registrationKey: key, newAccount, select: ['OfficeScan'] });
  const second = await registered({ registrationKey: key, account: 'nordlys', select: ['Mobile Security'] });
  await render(second.certificate);
  // Of the same key: either registration gives the kit as it is now.
  const names = async (id: string) =>
    factsIn((await kitOf(northwind, id)).rawPayload).products.map(({ product }) => product);
  expect(await names(first.id)).toEqual(['OfficeScan', 'Mobile Security']);
  expect(await names(second.id)).toEqual(['OfficeScan', 'Mobile Security']);
  const end = (name: string) =>
    statement(
      reading(t.database),
      `update license set status = 'revoked' where account = 'nordlys' and pid like $1`,
      [`${name}%`],
    );
  await end('100101');
  expect(await names(first.id)).toEqual(['Mobile Security']);
  await end('100106');
  expect((await kitOf(northwind, first.id)).json()).toMatchObject({ status: 409, code: 'NOTHING_ISSUED' });
});

test('is nothing where nothing was selected, and unknown to others', async () => {
  const key = await keyFor(order());
  const newAccount = { id: 'idle', company: 'Idle', email: 'it@idle.example', country: 'NO', region: 'emea' };
  const { id } = await registered({ registrationKey: key, newAccount, select: [] });
  expect((await kitOf(northwind, id)).json()).toMatchObject({ status: 409, code: 'NOTHING_ISSUED' });
  expect((await kitOf(contoso, id)).statusCode).toBe(404);
  expect((await kitOf(northwind, '00000000-0000-7000-8000-000000000000')).statusCode).toBe(404);
  expect((await kitOf(northwind, 'not-an-id')).statusCode).toBe(404);
});

test('the sample installers that it names are served, as samples', async () => {
  for (const name of ['sample-installer.sh', 'sample-installer.ps1']) {
    const answer = await t.app.inject({ url: `/samples/${name}` });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('installs nothing');
  }
});
