import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderCertificate } from '#src/certificate/render-pdf.ts';
import { signCertificate } from '#src/certificate/sign.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import { NAMES } from '#test/certificate/names-of-the-world.ts';
import { inLayout1, lines, mergeFacts, upgradeFacts } from '#test/certificate/sample-facts.ts';
import { sampleKey } from '#test/certificate/sample-key.ts';

const manyScripts = named('Société Ελληνικά Кириллица Đặng 株式会社ひかり電機 😀');

/** Every script at once. */
const world = named(NAMES.map(({ company }) => company).join(' '));

/** Names that layout 1 showed as boxes, and certificates of it still must. */
const boxes = upgradeFacts({
  customer: {
    account: null,
    company: 'شركة النور טכנולוגיות แสงจันทร์ श्री გ Ա ☕ 👩‍💻 e\u0302\u0323',
    email: 'x@y.example',
    country: 'SA',
  },
});

function named(company: string): CertificateFacts {
  return upgradeFacts({ customer: { account: null, company, email: 'x@y.example', country: 'JP' } });
}

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
    expect(await hashInAnotherProcess([manyScripts])).toBe(sha256(await render(manyScripts)));
    expect(await hashInAnotherProcess([world])).toBe(sha256(await render(world)));
  });

  it('gives the same bytes after letters whose parts are letters themselves', async () => {
    const [accented, plain] = [named('ÝÑÕÙÊÔÛÖ¿¡ÿ'), named('YNOUEJZ?!~^ ¨ ´ ¸ y')];
    expect(await hashInAnotherProcess([accented, plain])).toBe(await hashInAnotherProcess([plain]));
  });

  it('gives, for the layout 1, the bytes that it has always given', async () => {
    // If this fails, certificates that customers hold no longer verify: keep the old rendering and raise the layout.
    expect(sha256(await render(inLayout1(upgradeFacts())))).toBe(GOLDEN.upgrade);
    expect(sha256(await render(inLayout1(mergeFacts())))).toBe(GOLDEN.merge);
    expect(sha256(await render(inLayout1(manyScripts)))).toBe(GOLDEN.manyScripts);
    expect(sha256(await render(inLayout1(boxes)))).toBe(GOLDEN.boxes);
  });

  it('gives, for the layout 2, the bytes that it has always given', async () => {
    // If this fails after a release, keep this rendering and raise the layout.
    expect(sha256(await render(upgradeFacts()))).toBe(GOLDEN_2.upgrade);
    expect(sha256(await render(mergeFacts()))).toBe(GOLDEN_2.merge);
    expect(sha256(await render(world))).toBe(GOLDEN_2.world);
  });

  it('does not depend on the order of the facts’ members', async () => {
    const reordered = upgradeFacts(Object.fromEntries(Object.entries(upgradeFacts()).reverse()));
    expect((await render(reordered)).equals(await render(upgradeFacts()))).toBe(true);
  });

  it('takes every date from the facts', async () => {
    const pdf = (await render(upgradeFacts({ issuedOn: '2031-05-06' }))).toString('latin1');
    expect(new Set(pdf.match(/\(D:\d+Z\)/g))).toEqual(new Set(['(D:20310506000000Z)']));
    expect(pdf).toContain('<xmp:CreateDate>2031-05-06T00:00:00Z</xmp:CreateDate>');
  });

  it('compresses nothing, since compressors differ between builds', async () => {
    expect((await render(manyScripts)).toString('latin1')).not.toContain('/Filter');
  });

  it('keeps what others choose out of the XML of the metadata', async () => {
    const pdf = (await render(upgradeFacts({ reseller: 'R&D <b>', orderNumber: '<i>&' }))).toString('latin1');
    const xml = pdf.slice(pdf.indexOf('<?xpacket begin'), pdf.indexOf('<?xpacket end'));
    expect(xml).toContain('License Certificate LC-2026-0000001, version 1');
    expect(xml).not.toMatch(/&|<b>|<i>/);
  });

  it('embeds no East Asian font where none is needed but for the arrow', async () => {
    const pdf = (await render(upgradeFacts())).toString('latin1');
    expect(pdf.match(/\/FontName \/[A-Z]{6}\+NotoSans/g)).toHaveLength(1);
  });
});

/** What the last of them hashes to, rendered after the others. */
async function hashInAnotherProcess(all: readonly CertificateFacts[]): Promise<string> {
  const script = `
    const { renderCertificate } = await import('#src/certificate/render-pdf.ts');
    const { createHash } = await import('node:crypto');
    let pdf;
    for (const [facts, jws] of JSON.parse(process.argv[1])) pdf = await renderCertificate(facts, jws);
    console.log(createHash('sha256').update(pdf).digest('hex'));`;
  const input = JSON.stringify(all.map((facts) => [facts, signCertificate(facts, sampleKey)]));
  const { stdout } = await promisify(execFile)('node', ['--input-type=module', '-e', script, input]);
  return stdout.trim();
}

const GOLDEN = {
  upgrade: 'a5f2b50fe02b5e0d96323307e3f2c34a163c868c446aed4e7a82d4acc37afdc7',
  merge: 'a0a735e0c08405d0e405d79695d31fba515ab6900df6b6a2e2d21e22c21df948',
  boxes: 'ca129f89ffa8d602548d8565b8c712330f0c7ce6bf9dea9c93ab66aa0164e79a',
  manyScripts: '9d07c5a9d3a879c5b92459e3d6583affe5c6066dc844c2055072b4450dc7c2f8',
};

const GOLDEN_2 = {
  upgrade: 'e892c83de58eb716a587397502441742d02bb735c421dab0108c4705c4bbc444',
  merge: '187a47c1521a2a3114a8d2f8e6fd230d461c2c8c1d379da983d731b3e1c0a3cb',
  world: 'dc6ddba3c4453906f7b656f68c1d776f31d17d1180b3f58d5ed6f83f639c2eb8',
};
