import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderCertificate } from '#src/certificate/render-pdf.ts';
import { signCertificate } from '#src/certificate/sign.ts';
import { findCertificate, storeCertificatePdfs } from '#src/persistence/certificates.ts';
import { inTransaction, reading } from '#src/persistence/database.ts';
import { describeWith, judge } from '#test/certificate/outside-judge.ts';
import { existing } from '#test/fulfillment/ending.ts';
import { givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { day } from '#test/fulfillment/messages-by-hand.ts';
import { get, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';
import { bothAccounts, castOf } from '#test/merging/merge-case.ts';

const cast = castOf(0);
const [into, from] = [cast.code(0, 'WS'), cast.code(1, 'WS')];
let t: TestApp;
let northwind: string;
let number: string;

beforeAll(async () => {
  t = await openTestApp();
  northwind = await t.reseller('northwind');
  await givenHoldings(t.database, bothAccounts(cast), [
    cast.service(0, { seats: 10, validThrough: day(100) }),
    cast.service(1, { seats: 30, validThrough: day(200), account: cast.from }),
  ]);
  const body = { requestNumber: 'MR-77', requestedAt: '2026-01-02T03:04:05Z', ...cast.serviceRequest() };
  const { id } = (await post(t, northwind, '/v1/merge-requests', body)).json<{ id: string }>();
  await t.fulfil(id);
  const { certificate } = (await get(t, northwind, `/v1/merge-requests/${id}`)).json();
  expect(certificate).toEqual({ number: expect.stringMatching(/^LC-/), version: 1, status: 'pending' });
  number = certificate.number;
});
afterAll(() => t.close());

async function rendered(): Promise<Buffer> {
  const certificate = existing(await findCertificate(reading(t.database), number));
  const jws = signCertificate(certificate.facts, t.signingKey);
  const pdf = await renderCertificate(certificate.facts, jws);
  await inTransaction(t.database, (tx) => storeCertificatePdfs(tx, [{ ...certificate, jws, pdf }]));
  return (await get(t, northwind, `/v1/certificates/${number}`, { accept: 'application/pdf' })).rawPayload;
}

test('the facts say what merged into what, before and after', async () => {
  expect((await get(t, northwind, `/v1/certificates/${number}`)).json()).toMatchObject({
    kind: 'merge',
    number,
    version: 1,
    reseller: 'northwind',
    orderNumber: 'MR-77',
    mergeKind: 'service',
    product: { pid: '100502EN01', name: 'WFBS-SVC' },
    customer: { account: cast.into },
    survivor: {
      activationCode: into,
      account: cast.into,
      previousSeats: 10,
      seats: 40,
      previouslyValidThrough: day(100),
      validThrough: day(175),
    },
    merged: [
      { activationCode: from, account: cast.from, previousSeats: 30, previouslyValidThrough: day(200) },
    ],
  });
});

test('the PDF is rendered, the same bytes each time, and verifies', async () => {
  const pdf = await rendered();
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  const certificate = existing(await findCertificate(reading(t.database), number));
  const again = await renderCertificate(certificate.facts, signCertificate(certificate.facts, t.signingKey));
  expect(Buffer.compare(pdf, Buffer.from(again))).toBe(0);
  const verified = await get(t, northwind, `/v1/certificates/${number}/verify`);
  expect(verified.json()).toMatchObject({ valid: true });
});

describeWith(['pdftotext'], 'the PDF', () => {
  test('says what merged into what, before and after', async () => {
    const { output } = judge('pdftotext', ['-layout', '{pdf}', '-'], await rendered());
    const lines = output.split('\n');
    const rowSaying = (fate: string) => {
      const at = lines.findIndex((line) => line.includes(fate));
      return lines.slice(at - 1, at + 2).join('\n');
    };
    const survivor = rowSaying('retained: the surviving license');
    expect(survivor).toMatch(new RegExp(`${into} +${cast.into} +10 → 40 +${day(100)} → ${day(175)}`));
    const merged = rowSaying('disabled; merged into');
    expect(merged).toMatch(new RegExp(`${from} +${cast.from} +30 +${day(200)}\n[^\n]+\n${into}`));
    expect(output).toContain('WFBS-SVC');
    expect(output).toContain('MR-77');
    expect(output).toContain(cast.from);
  });
});
