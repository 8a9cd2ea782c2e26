import type { KindPage } from '#src/certificate/page/kind-page.ts';
import { INK, MUTED } from '#src/certificate/page/palette.ts';
import { paragraphBlock, type Block } from '#src/certificate/page/sheet.ts';
import type { DocumentFonts } from '#src/certificate/type/typesetting.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';

/** The sentence that the certificate makes: whom it is for, and what they hold. */
export function statementBlock(
  fonts: DocumentFonts,
  customer: CertificateFacts['customer'],
  { opening, subject, terms }: KindPage['statement'],
): Block {
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
