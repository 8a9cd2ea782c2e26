import { drawDiamond, drawEmblem } from '#src/certificate/page/ornaments.ts';
import { BRONZE, GOLD, INK } from '#src/certificate/page/palette.ts';
import { drawLine, drawRule, LEFT, WIDTH, type Block } from '#src/certificate/page/sheet.ts';
import { decorate, mark } from '#src/certificate/page/tagging.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';

/** Rosette, title, and the certificate's number and version. */
export function titleBlock(facts: CertificateFacts): Block {
  return {
    height: 128,
    draw(sheet, top) {
      const centre = LEFT + WIDTH / 2;
      decorate(sheet, () => {
        drawEmblem(sheet, centre, top + 31);
        drawRule(sheet, centre - 92, centre - 7, top + 122, 0.5, GOLD);
        drawRule(sheet, centre + 7, centre + 92, top + 122, 0.5, GOLD);
        drawDiamond(sheet, centre, top + 122, 2.4);
      });
      mark(sheet, sheet.document, 'H1', () =>
        drawLine(sheet, 'License Certificate', TITLE, LEFT, WIDTH, top + 94),
      );
      mark(sheet, sheet.document, 'P', () =>
        drawLine(sheet, `No. ${facts.number}  ·  Version ${facts.version}`, NUMBER, LEFT, WIDTH, top + 111),
      );
    },
  };
}

const TITLE = { role: 'display', size: 37, color: INK, align: 'center', tracking: 8 } as const;
const NUMBER = { role: 'strong', size: 9.5, color: BRONZE, align: 'center', tracking: 70 } as const;
