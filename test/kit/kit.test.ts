import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { unzipSync, zipSync } from 'fflate';
import { HtmlValidate } from 'html-validate';
import { flattenedVerify, importJWK } from 'jose';
import { describe, expect, test } from 'vitest';
import { generateSigningKey, publicJwks } from '#src/certificate/signing-key.ts';
import { buildKit } from '#src/kit/build-kit.ts';
import { hashesOf, signKit } from '#src/kit/kit-signature.ts';
import { verifyKit } from '#src/kit/verify-kit.ts';
import { isInstalled } from '#test/certificate/outside-judge.ts';
import { upgradeFacts } from '#test/certificate/sample-facts.ts';
import { sampleKey } from '#test/certificate/sample-key.ts';
import { aDownload, kitCertificate, kitFacts } from '#test/kit/sample-kit.ts';

const certificate = await kitCertificate();
const zip = buildKit(kitFacts(), certificate, sampleKey);
const files = new Map(Object.entries(unzipSync(zip)));
const jwks = publicJwks([sampleKey]);

function file(name: string): Buffer {
  return Buffer.from(files.get(name) ?? []);
}

const names = [
  'START-HERE.html',
  'activation-codes.csv',
  'LC-2026-0000001-v1.pdf',
  'install.sh',
  'install.ps1',
  'kit.json',
  'kit.json.jws',
];

describe('a Deployment Kit', () => {
  test('holds page, codes, certificate, scripts, and the facts with their signature', () => {
    expect([...files.keys()]).toEqual(names);
    expect(JSON.parse(file('kit.json').toString())).toEqual(kitFacts());
    expect(file('LC-2026-0000001-v1.pdf').equals(certificate.pdf)).toBe(true);
  });

  test('has the same bytes again, and in another process in another zone', async () => {
    expect(buildKit(kitFacts(), certificate, sampleKey).equals(zip)).toBe(true);
    const script = `
      const { buildKit } = await import('#src/kit/build-kit.ts');
      const { kitCertificate, kitFacts } = await import('#test/kit/sample-kit.ts');
      const { sampleKey } = await import('#test/certificate/sample-key.ts');
      const { createHash } = await import('node:crypto');
      console.log(createHash('sha256').update(buildKit(kitFacts(), await kitCertificate(), sampleKey)).digest('hex'));`;
    const { stdout } = await promisify(execFile)('node', ['--input-type=module', '-e', script], {
      env: { ...process.env, TZ: 'Pacific/Kiritimati' },
    });
    expect(stdout.trim()).toBe(createHash('sha256').update(zip).digest('hex'));
  });

  test('lists the codes as a table that spreadsheets neither run nor misread', () => {
    const csv = file('activation-codes.csv');
    expect(csv.subarray(0, 3).toString('hex')).toBe('efbbbf');
    const rows = parse(csv, { columns: true, bom: true });
    expect(rows).toHaveLength(3);
    expect(rows[0]).toEqual({
      product: 'OfficeScan',
      pid: '100101EN01',
      activationCode: 'OS-9K2M-4T7XW-Q8H3C-ZP5VN-6RJDA-BE2GY',
      seats: '250',
      validThrough: '2027-11-30',
    });
    expect(csv.toString()).toContain("'=Strange");
  });

  test('is signed so that another implementation accepts it, and nothing else under it', async () => {
    const [header = '', payload, signature = ''] = file('kit.json.jws').toString().split('.');
    expect(payload).toBe('');
    const { kty, crv, x } = sampleKey.publicJwk;
    const key = await importJWK({ kty, crv, x }, 'EdDSA');
    const jws = { protected: header, signature, payload: file('kit.json').toString('base64url') };
    const { protectedHeader } = await flattenedVerify(jws, key);
    const others = [...files].filter(([name]) => name !== 'kit.json.jws');
    expect(protectedHeader).toEqual({ alg: 'EdDSA', kid: sampleKey.kid, files: hashesOf(others) });
    const forged = { ...jws, payload: Buffer.from('{}').toString('base64url') };
    await expect(flattenedVerify(forged, key)).rejects.toThrow('signature');
  });
});

describe('START-HERE.html', () => {
  const page = file('START-HERE.html').toString();

  test('is valid HTML, whatever the names', async () => {
    const validate = new HtmlValidate({ extends: ['html-validate:recommended', 'html-validate:document'] });
    const report = await validate.validateString(page);
    expect(report.results.flatMap(({ messages }) => messages)).toEqual([]);
  });

  test('says the same in three languages, and asks nothing of the network', () => {
    for (const language of ['en', 'de', 'ja'])
      expect(page).toContain(`<section lang="${language}" id="${language}"`);
    expect(page.match(/OS-9K2M-4T7XW-Q8H3C-ZP5VN-6RJDA-BE2GY/g)).toHaveLength(3);
    expect(page).not.toMatch(/<script|<link|<img|src=|@import|url\(/);
    expect(page).toContain('=Strange “Product” d’or &lt;b&gt;');
    expect(page).toContain('need no replacing or reinstalling');
  });
});

describe.skipIf(!isInstalled('unzip'))('the ZIP (unzip)', () => {
  test('is whole, and its shell script can be run', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kit-'));
    try {
      const path = join(folder, 'kit.zip');
      await writeFile(path, zip);
      const run = promisify(execFile);
      expect((await run('unzip', ['-t', path])).stdout).toContain('No errors detected');
      await run('unzip', ['-q', path, '-d', folder]);
      expect(await readFile(join(folder, 'kit.json'))).toEqual(file('kit.json'));
      expect((await stat(join(folder, 'install.sh'))).mode & 0o111).toBe(0o111);
      expect((await stat(join(folder, 'kit.json'))).mode & 0o111).toBe(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('verifying a kit', () => {
  const altered = (changes: Readonly<Record<string, Uint8Array | undefined>>) => {
    const entries = Object.entries({ ...Object.fromEntries(files), ...changes });
    const kept = entries.flatMap(([name, bytes]) => (bytes === undefined ? [] : [[name, bytes] as const]));
    return zipSync(Object.fromEntries(kept));
  };

  test('accepts a genuine one, also packed again', async () => {
    const verdict = await verifyKit(zip, jwks);
    expect(verdict).toMatchObject({ verdict: 'valid', kit: { account: 'acme' } });
    expect(verdict.message).toContain('LC-2026-0000001 version 1 for acme, 3 products');
    expect((await verifyKit(altered({}), jwks)).verdict).toBe('valid');
  });

  const text = (name: string, from: string | RegExp, to: string) =>
    Buffer.from(file(name).toString('utf8').replace(from, to));
  const anotherNumber = kitCertificate(upgradeFacts({ number: 'LC-2026-0000002' }));

  test.each([
    ['facts', 'bad-signature', { 'kit.json': text('kit.json', 'acme', 'evil') }],
    ['a signature', 'bad-signature', { 'kit.json.jws': text('kit.json.jws', /\.\.../, '..AA') }],
    ['a signature that is none', 'malformed', { 'kit.json.jws': Buffer.from('a.b.c') }],
    ['a script', 'files-altered', { 'install.sh': text('install.sh', '#!/bin/sh', '#!/bin/sh\nrm -rf /') }],
    [
      'a page',
      'files-altered',
      { 'START-HERE.html': text('START-HERE.html', 'downloads.example', 'evil.example') },
    ],
    ['a further file', 'files-altered', { 'setup.exe': Buffer.from('MZ') }],
    ['a missing file', 'files-altered', { 'install.ps1': undefined }],
    ['no facts', 'not-a-kit', { 'kit.json': undefined }],
    ['no certificate', 'certificate-altered', { 'LC-2026-0000001-v1.pdf': undefined }],
    [
      'half a certificate',
      'certificate-altered',
      { 'LC-2026-0000001-v1.pdf': certificate.pdf.subarray(0, 9000) },
    ],
  ] as const)('detects %s: %s', async (_, verdict, changes) => {
    expect((await verifyKit(altered(changes), jwks)).verdict).toBe(verdict);
  });

  test('detects the certificate of somebody else', async () => {
    const other = altered({ 'LC-2026-0000001-v1.pdf': (await anotherNumber).pdf });
    expect((await verifyKit(other, jwks)).verdict).toBe('certificate-altered');
  });

  test('accepts one whose pages were made by another release, as long as its signature names them', async () => {
    const older = new Map(files).set('START-HERE.html', Buffer.from('<p>As it was.</p>'));
    older.delete('kit.json.jws');
    const signed = signKit(file('kit.json'), sampleKey, hashesOf(older));
    const pack = (jws: string) =>
      zipSync(Object.fromEntries([...older, ['kit.json.jws', Buffer.from(jws)] as const]));
    expect((await verifyKit(pack(signed), jwks)).verdict).toBe('valid');
    // Kits whose signature names no files must be as they are made today.
    const unnamed = signKit(file('kit.json'), sampleKey);
    expect((await verifyKit(pack(unnamed), jwks)).verdict).toBe('files-altered');
    expect((await verifyKit(altered({ 'kit.json.jws': Buffer.from(unnamed) }), jwks)).verdict).toBe('valid');
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['a text', Buffer.from('hello')],
    ['half a kit', zip.subarray(0, zip.length / 2)],
    ['a ZIP of other things', zipSync({ 'a.txt': Buffer.from('a') })],
  ])('says of %s that it is no kit', async (_, bytes) => {
    expect((await verifyKit(bytes, jwks)).verdict).toBe('not-a-kit');
  });

  test('names the key that is not known', async () => {
    expect((await verifyKit(zip, publicJwks([generateSigningKey()]))).verdict).toBe('unknown-key');
  });

  test('takes a product with many downloads', async () => {
    const products = kitFacts().products.map((product) =>
      product.downloads ? { ...product, downloads: [aDownload(), aDownload(), aDownload()] } : product,
    );
    const many = buildKit(kitFacts({ products }), certificate, sampleKey);
    expect((await verifyKit(many, jwks)).verdict).toBe('valid');
  });
});
