import { INK, MUTED } from '#src/certificate/page/palette.ts';
import { paragraphBlock, type Block } from '#src/certificate/page/sheet.ts';
import type { DocumentFonts } from '#src/certificate/type/typesetting.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';

/** What the certificate is about: a suite, or a product. */
function subjectOf(facts: CertificateFacts): string {
  if (facts.kind === 'upgrade' || facts.kind === 'change') return facts.suite?.name ?? '';
  return facts.product.name;
}

/** Stands above the table on pages of its own. */
export function scheduleHeading(fonts: DocumentFonts, facts: CertificateFacts): Block {
  const subject = subjectOf(facts);
  const title = paragraphBlock(
    fonts,
    facts.kind === 'upgrade' ? 'Schedule of Products' : 'Schedule of Licenses',
    { role: 'display', size: 20, color: INK },
    { leading: 1.3, type: 'H2' },
  );
  const about = paragraphBlock(
    fonts,
    `${fonts.isolated(subject)} for ${fonts.isolated(facts.customer.company)}`,
    { role: 'text', size: 9, color: MUTED },
    { leading: 1.35, minSize: 7.5, maxLines: 2 },
  );
  return {
    height: title.height + about.height + 14,
    draw(sheet, top) {
      title.draw(sheet, top);
      about.draw(sheet, top + title.height);
    },
  };
}
