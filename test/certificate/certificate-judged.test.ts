import { expect, it } from 'vitest';
import { canonicalFacts } from '#src/certificate/canonical-facts.ts';
import { renderCertificate } from '#src/certificate/render-pdf.ts';
import { signCertificate } from '#src/certificate/sign.ts';
import { printableText } from '#src/certificate/type/printable-text.ts';
import type { CertificateFacts, UpgradeCertificateFacts } from '#src/domain/certificate-facts.ts';
import { NAMES } from '#test/certificate/names-of-the-world.ts';
import { describeWith, detach, judge, scan } from '#test/certificate/outside-judge.ts';
import { lines, mergeFacts, upgradeFacts } from '#test/certificate/sample-facts.ts';
import { sampleKey } from '#test/certificate/sample-key.ts';

/** pdftotext puts them around what is read from right to left. */
const DIRECTION_MARKS = /[\u202A-\u202E]/g;

const CASES: readonly (readonly [name: string, facts: CertificateFacts])[] = [
  ['an upgrade of 15 products', upgradeFacts()],
  ['an upgrade of 7 products', upgradeFacts({ lines: lines(7) })],
  ['an upgrade that states its first day', upgradeFacts({ startsOn: '2026-12-01' })],
  ['an upgrade of 40 products', upgradeFacts({ lines: lines(40) })],
  ['a merge', mergeFacts()],
  ['a Japanese customer', named('株式会社ひかり電機', 'JP', '資産管理部')],
  ['a customer in China', named('北京市计算机软件有限公司', 'CN')],
  ['a customer in Taiwan', named('臺灣積體電腦軟體股份有限公司', 'TW')],
  ['a Korean customer', named('주식회사 한빛소프트웨어', 'KR')],
  ['a Cyrillic customer', named('Общество «Рассвет» Їжак', 'UA')],
  ['a Greek customer', named('Ελληνική Εταιρεία Λογισμικού', 'GR')],
  ['accented Latin', named('Société Œuvre Łódź Ğüneş Đặng Þór & Fils', 'FR')],
  [
    'a company of 200 characters',
    named('Verein zur Förderung langer Namen '.repeat(6).slice(0, 200).trim(), 'DE'),
  ],
  ['a company of 200 characters without a space', named('株'.repeat(200), 'JP')],
  ['an emoji company', named('Rocket 🚀 GmbH', 'DE')],
  ...NAMES.map(
    ({ company, contact = 'IT', country }) => [company, named(company, country, contact)] as const,
  ),
];

function named(company: string, country: string, contact = 'IT'): UpgradeCertificateFacts {
  return upgradeFacts({
    customer: { account: 'customer', company, contact, email: 'it@customer.example', country },
  });
}

function render(facts: CertificateFacts): Promise<Buffer> {
  return renderCertificate(facts, signCertificate(facts, sampleKey));
}

function withoutSpaces(text: string): string {
  return text.replaceAll(/\s/g, '');
}

/** Of a name in two directions, pdftotext gives the parts in the order in which they stand on the page. */
function inOneDirection(text: string): readonly string[] {
  return text.split(/(?<=[\u0590-\u08FF]"?)\s+(?=[(\d٠-٩])/u);
}

/** Everything that the facts state, as it must be found on the pages. */
function statements(facts: CertificateFacts): readonly string[] {
  const { customer } = facts;
  const head = [facts.number, facts.issuedOn, facts.orderNumber, facts.reseller, customer.company];
  const person = [customer.account, customer.contact, customer.email];
  const body =
    facts.kind === 'upgrade' || facts.kind === 'change'
      ? [
          facts.suite?.name,
          facts.suite?.code,
          facts.registrationKey,
          facts.validThrough,
          ...(facts.kind === 'change' || facts.startsOn === undefined
            ? []
            : [`from ${facts.startsOn}, valid through`]),
          ...facts.lines.flatMap((line) => [
            line.component,
            line.pid,
            line.activationCode,
            ...line.notes.map(({ message }) => message),
            change(line.previousSeats, line.seats),
            change(line.previouslyValidThrough, line.validThrough),
          ]),
        ]
      : [facts.survivor, ...(facts.kind === 'merge' ? facts.merged : facts.restored)].flatMap((license) => [
          license.activationCode,
          license.account,
          license.pid,
          change(license.previousSeats, license.seats),
          change(license.previouslyValidThrough, license.validThrough),
        ]);
  return [...head, ...person, ...body].filter((text) => typeof text === 'string');
}

function change(before: string | number | undefined, after: string | number | undefined): string | undefined {
  if (after === undefined) return undefined;
  return before === undefined || before === after ? String(after) : `${before} → ${after}`;
}

describeWith(['pdftotext'], 'the text of a certificate', () => {
  it.each(CASES)('holds every stated fact: %s', async (_, facts) => {
    const { output } = judge('pdftotext', ['{pdf}', '-'], await render(facts));
    const text = withoutSpaces(output.replaceAll(DIRECTION_MARKS, ''));
    for (const statement of statements(facts).flatMap(inOneDirection)) {
      expect(text).toContain(withoutSpaces(printableText(statement)));
    }
  });

  it('tells how to register, or that nothing is left to', async () => {
    const open = judge('pdftotext', ['{pdf}', '-'], await render(upgradeFacts())).output;
    expect(open).toContain('How to register');
    const done = upgradeFacts({ lines: lines(15).filter((line) => line.activationCode !== undefined) });
    const text = judge('pdftotext', ['{pdf}', '-'], await render(done)).output;
    expect(text).toContain('Nothing left to register');
    expect(text).not.toContain('How to register');
  });

  it('names the action of every product', async () => {
    const text = judge('pdftotext', ['{pdf}', '-'], await render(upgradeFacts())).output;
    expect(text.match(/awaiting registration/g)).toHaveLength(12);
    expect(text.match(/newly issued/g)).toHaveLength(1);
    expect(text.match(/retained and extended/g)).toHaveLength(3);
  });

  it('repeats the head of the table and counts the pages', async () => {
    const text = judge('pdftotext', ['{pdf}', '-'], await render(upgradeFacts({ lines: lines(40) }))).output;
    expect(text.match(/ACTIVATION CODE/g)).toHaveLength(2);
    for (const page of ['Page 1 of 3', 'Page 2 of 3', 'Page 3 of 3']) expect(text).toContain(page);
  });
});

describeWith(['qpdf'], 'the structure of the file', () => {
  it.each(CASES)('is clean: %s', async (_, facts) => {
    expect(judge('qpdf', ['--check', '{pdf}'], await render(facts))).toMatchObject({ status: 0 });
  });
});

describeWith(['pdffonts'], 'the fonts', () => {
  it.each(CASES)('are all embedded, subset and mapped to Unicode: %s', async (_, facts) => {
    const [, , ...fonts] = judge('pdffonts', ['{pdf}'], await render(facts))
      .output.trimEnd()
      .split('\n');
    expect(fonts.length).toBeGreaterThan(2);
    for (const font of fonts) expect(font).toMatch(/^[A-Z]{6}\+\S+ +CID TrueType +Identity-H +yes yes yes /);
  });
});

describeWith(['pdffonts'], 'the forms of shared Chinese characters', () => {
  it.each([
    ['JP', 'NotoSansJP'],
    ['CN', 'NotoSansSC'],
    ['TW', 'NotoSansTC'],
    ['KR', 'NotoSansKR'],
  ])('follow the country: %s', async (country, font) => {
    const fonts = judge('pdffonts', ['{pdf}'], await render(named('直骨次今', country))).output;
    const asian = new Set(fonts.match(/NotoSans[JSTK][PCR]/g));
    // The arrow of `before → after` is always the Japanese font's.
    expect(asian).toEqual(new Set([font, 'NotoSansJP']));
  });
});

describeWith(['pdfdetach'], 'the attachments', () => {
  it('are the canonical facts and the signature', async () => {
    const pdf = await render(upgradeFacts());
    expect(detach(pdf, 'certificate-facts.json').equals(canonicalFacts(upgradeFacts()))).toBe(true);
    expect(detach(pdf, 'certificate.jws').toString()).toBe(signCertificate(upgradeFacts(), sampleKey));
  });
});

describeWith(['pdfinfo'], 'the metadata', () => {
  it('name the document, and say that it is tagged and what its parts are', async () => {
    const pdf = await render(upgradeFacts());
    const { output } = judge('pdfinfo', ['{pdf}'], pdf);
    expect(output).toMatch(/Title: +License Certificate LC-2026-0000001, version 1/);
    expect(output).toMatch(/Tagged: +yes/);
    expect(judge('pdfinfo', ['-meta', '{pdf}'], pdf).output).toContain('<pdfaid:part>3</pdfaid:part>');
    expect(judge('pdfinfo', ['-struct-text', '{pdf}'], pdf).output).toMatch(
      /Table[^]*TR[^]*TH[^]*TD[^]*OfficeScan/,
    );
  });
});

describeWith(['pdftoppm', 'zbarimg'], 'the QR code', () => {
  it.each([
    ['15 products', upgradeFacts()],
    ['40 products', upgradeFacts({ lines: lines(40) })],
    ['a merge', mergeFacts()],
    ['the longest content there is', named('株'.repeat(200), 'JP')],
  ])('is read as the JWS, at 150 and 300 dots per inch: %s', async (_, facts) => {
    const pdf = await render(facts);
    for (const dotsPerInch of [150, 300])
      expect(scan(pdf, dotsPerInch)).toBe(signCertificate(facts, sampleKey));
  });
});
