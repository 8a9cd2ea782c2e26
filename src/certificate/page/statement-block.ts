import { INK, MUTED } from '#src/certificate/page/palette.ts';
import { paragraphBlock, type Block } from '#src/certificate/page/sheet.ts';
import type { DocumentFonts } from '#src/certificate/type/typesetting.ts';
import type { CertificateFacts, ChangeCertificateFacts } from '#src/domain/certificate-facts.ts';

/** The sentence that the certificate makes: whom it is for, and what they hold. */
export function statementBlock(fonts: DocumentFonts, facts: CertificateFacts): Block {
  const { opening, subject, terms } = wording(facts);
  const { customer } = facts;
  const particulars = [
    customer.contact,
    customer.email,
    customer.country,
    customer.account === null ? undefined : `account ${customer.account}`,
  ];
  const lead = { role: 'display', size: 13, color: MUTED, align: 'center' } as const;
  return column([
    { gap: 0, block: paragraphBlock(fonts, 'This certifies that', lead, { leading: 1.25 }) },
    {
      gap: 3,
      block: paragraphBlock(
        fonts,
        customer.company,
        { role: 'display', size: 27, color: INK, align: 'center' },
        { leading: 1.14, minSize: 13, maxLines: 2, type: 'H2' },
      ),
    },
    {
      gap: 3,
      block: paragraphBlock(
        fonts,
        particulars
          .flatMap((part) => (part === undefined || part === '' ? [] : [fonts.isolated(part)]))
          .join('  ·  '),
        { role: 'text', size: 9, color: MUTED, align: 'center' },
        { leading: 1.35, minSize: 7.5, maxLines: 2 },
      ),
    },
    { gap: 7, block: paragraphBlock(fonts, opening, lead, { leading: 1.25 }) },
    {
      gap: 2,
      block: paragraphBlock(
        fonts,
        subject,
        { role: 'display', size: 21, color: INK, align: 'center' },
        { leading: 1.16, minSize: 13, maxLines: 2, type: 'H2' },
      ),
    },
    {
      gap: 3,
      block: paragraphBlock(
        fonts,
        terms,
        { role: 'text', size: 11, color: INK, align: 'center' },
        { leading: 1.3 },
      ),
    },
  ]);
}

function wording(facts: CertificateFacts): { opening: string; subject: string; terms: string } {
  switch (facts.kind) {
    case 'upgrade':
      return {
        opening: 'is licensed to use',
        subject: `${facts.suite.name} (${facts.suite.code})`,
        terms: `for ${seats(facts.seats)}, ${firstDay(facts.startsOn)}valid through ${facts.validThrough}`,
      };
    case 'change':
      return {
        opening: OPENINGS[facts.change],
        subject: facts.suite ? `${facts.suite.name} (${facts.suite.code})` : '',
        terms:
          facts.seats === undefined || facts.validThrough === undefined
            ? ''
            : `for ${seats(facts.seats)}, ${facts.change === 'cancellation' ? 'ending on' : 'valid through'} ${facts.validThrough}`,
      };
    case 'undo-merge':
      return {
        opening: `holds again, since merge ${facts.mergeRequest} was undone, its own licenses of`,
        subject: `${facts.product.name} (${facts.product.pid})`,
        terms: `for ${seats(facts.survivor.seats)}, valid through ${facts.survivor.validThrough}`,
      };
    case 'merge':
      return {
        opening: `holds one license, merged from ${facts.merged.length + 1}, of`,
        subject: `${facts.product.name} (${facts.product.pid})`,
        terms: `for ${seats(facts.survivor.seats)} in total, valid through ${facts.survivor.validThrough}`,
      };
  }
}

const OPENINGS = {
  seats: 'is licensed, with changed seats, to use',
  renewal: 'has renewed its license to use',
  cancellation: 'has cancelled its license to use',
  return: 'has returned what is stated below of',
  suspension: 'may not use for now',
  resumption: 'may use again',
  'code-replacement': 'has a new code for',
} as const satisfies Record<ChangeCertificateFacts['change'], string>;

function firstDay(startsOn: string | undefined): string {
  return startsOn === undefined ? '' : `from ${startsOn}, `;
}

function seats(count: number): string {
  return count === 1 ? '1 seat' : `${count} seats`;
}

function column(parts: readonly { readonly gap: number; readonly block: Block }[]): Block {
  return {
    height: parts.reduce((sum, { gap, block }) => sum + gap + block.height, 0),
    draw(sheet, top) {
      let y = top;
      for (const { gap, block } of parts) {
        block.draw(sheet, y + gap);
        y += gap + block.height;
      }
    },
  };
}
