import type { KindPage } from '#src/certificate/page/kind-page.ts';
import { INK, MUTED } from '#src/certificate/page/palette.ts';
import { drawLine, drawParagraph, heightOf, LEFT, WIDTH, type Block } from '#src/certificate/page/sheet.ts';
import { mark } from '#src/certificate/page/tagging.ts';
import { setParagraph } from '#src/certificate/type/set-text.ts';
import type { DocumentFonts } from '#src/certificate/type/typesetting.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';

/** Four labelled particulars side by side: certificate, date, reseller, order. */
export function detailsBlock(
  fonts: DocumentFonts,
  facts: CertificateFacts,
  numberLabel: KindPage['numberLabel'],
): Block {
  const particulars = [
    { label: 'Certificate', value: `${facts.number}, version ${facts.version}`, share: 0.28 },
    { label: 'Issued on', value: facts.issuedOn, share: 0.16 },
    { label: 'Reseller', value: facts.reseller ?? 'none (requested by an operator)', share: 0.3 },
    { label: numberLabel, value: facts.orderNumber, share: 0.26 },
  ];
  let x = LEFT;
  const columns = particulars.map(({ label, value, share }) => {
    const width = WIDTH * share - 12;
    const left = x;
    x += WIDTH * share;
    return {
      label,
      left,
      width,
      paragraph: setParagraph(fonts, 'strong', value, { width, size: 9.5, minSize: 6.5, maxLines: 2 }),
    };
  });
  return {
    height: LABEL + Math.max(...columns.map(({ paragraph }) => heightOf(paragraph, LEADING))),
    draw(sheet, top) {
      for (const { label, left, width, paragraph } of columns) {
        mark(sheet, sheet.document, 'P', () => {
          const style = { role: 'text', size: 7, color: MUTED, tracking: 90 } as const;
          drawLine(sheet, label.toUpperCase(), style, left, width, top + 7);
        });
        mark(sheet, sheet.document, 'P', () =>
          drawParagraph(sheet, paragraph, { color: INK, leading: LEADING }, left, width, top + LABEL),
        );
      }
    },
  };
}

const LABEL = 11;
const LEADING = 1.3;
