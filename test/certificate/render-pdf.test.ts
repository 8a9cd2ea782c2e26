import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderCertificate } from '#src/certificate/render-pdf.ts';
import { signCertificate } from '#src/certificate/sign.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import { lines, mergeFacts, upgradeFacts } from '#test/certificate/sample-facts.ts';
import { sampleKey } from '#test/certificate/sample-key.ts';

const manyScripts = upgradeFacts({
  customer: {
    account: null,
    company: 'Société Ελληνικά Кириллица Đặng 株式会社ひかり電機 😀',
    email: 'x@y.example',
    country: 'JP',
  },
});

function render(facts: CertificateFacts): Promise<Buffer> {
  return renderCertificate(facts, signCertificate(facts, sampleKey));
}

function sha256(pdf: Buffer): string {
  return createHash('sha256').update(pdf).digest('hex');
}

describe('rendering a certificate', () => {
  it.each([
    ['an upgrade', upgradeFacts()],
    ['a merge', mergeFacts()],
    ['many scripts', manyScripts],
  ])('gives the same bytes again for %s, whatever was rendered in between', async (_, facts) => {
    const first = await render(facts);
    await Promise.all([
      render(mergeFacts()),
      render(manyScripts),
      render(upgradeFacts({ lines: lines(40) })),
    ]);
    expect((await render(facts)).equals(first)).toBe(true);
  });

  it('gives the same bytes in another process', async () => {
    const script = `
      const { renderCertificate } = await import('#src/certificate/render-pdf.ts');
      const { createHash } = await import('node:crypto');
      const [facts, jws] = JSON.parse(process.argv[1]);
      console.log(createHash('sha256').update(await renderCertificate(facts, jws)).digest('hex'));`;
    const input = JSON.stringify([manyScripts, signCertificate(manyScripts, sampleKey)]);
    const { stdout } = await promisify(execFile)('node', ['--input-type=module', '-e', script, input]);
    expect(stdout.trim()).toBe(sha256(await render(manyScripts)));
  });

  it('gives, for the layout 1, the bytes that it has always given', async () => {
    // If this fails, certificates that customers hold no longer verify: keep the old rendering and raise the layout.
    expect(sha256(await render(upgradeFacts()))).toBe(GOLDEN.upgrade);
    expect(sha256(await render(mergeFacts()))).toBe(GOLDEN.merge);
    expect(sha256(await render(manyScripts))).toBe(GOLDEN.manyScripts);
  });

  it('does not depend on the order of the facts’ members', async () => {
    const reordered = upgradeFacts(Object.fromEntries(Object.entries(upgradeFacts()).reverse()));
    expect((await render(reordered)).equals(await render(upgradeFacts()))).toBe(true);
  });

  it('takes the date from the facts', async () => {
    const pdf = (await render(upgradeFacts({ issuedOn: '2031-05-06' }))).toString('latin1');
    expect(pdf).toContain('/CreationDate(D:20310506000000Z)');
    expect(pdf).toContain('<xmp:CreateDate>2031-05-06T00:00:00Z</xmp:CreateDate>');
  });

  it('embeds no East Asian font where none is needed but for the arrow', async () => {
    const pdf = (await render(upgradeFacts())).toString('latin1');
    expect(pdf.match(/\/FontName\/[A-Z]{6}\+NotoSans/g)).toHaveLength(1);
  });
});

const GOLDEN = {
  upgrade: 'ddee9478d67fd1b126829f25398459f0ca2c724bc29edc5d36c45f8b908f580e',
  merge: '22c01720d54de24f00d0e23a18618dd8003e4073b5694190ab021a93e3241398',
  manyScripts: '99dd2858d13a58038421838e3da990407a0e9c013c969eac786a51174a629055',
};
