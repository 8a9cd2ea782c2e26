import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import { BRONZE, GOLD, INK } from '#src/certificate/layout/palette.ts';
import { drawLine, LEFT, WIDTH, type Block, type Sheet } from '#src/certificate/layout/sheet.ts';
import { createElement } from '#src/certificate/pdf/structure.ts';

/** Name of the form that holds the rosette. */
export const EMBLEM_FORM = 'Emblem';

/** Rosette, title, and the certificate's number and version. */
export function titleBlock(facts: CertificateFacts): Block {
  return {
    height: 128,
    draw(sheet, top) {
      const centre = LEFT + WIDTH / 2;
      sheet.canvas.decorate(() => {
        sheet.canvas.form(EMBLEM_FORM, centre, top + 31);
        drawRule(sheet, centre, top + 122);
      });
      sheet.canvas.mark(createElement(sheet.document, 'H1'), () =>
        drawLine(sheet, 'License Certificate', TITLE, LEFT, WIDTH, top + 94),
      );
      sheet.canvas.mark(createElement(sheet.document, 'P'), () =>
        drawLine(sheet, `No. ${facts.number}  ·  Version ${facts.version}`, NUMBER, LEFT, WIDTH, top + 111),
      );
    },
  };
}

const TITLE = { role: 'display', size: 37, color: INK, align: 'center', tracking: 8 } as const;
const NUMBER = { role: 'strong', size: 9.5, color: BRONZE, align: 'center', tracking: 70 } as const;

function drawRule({ canvas }: Sheet, centre: number, y: number): void {
  canvas.line(centre - 92, y, centre - 7, y, 0.5, GOLD);
  canvas.line(centre + 7, y, centre + 92, y, 0.5, GOLD);
  canvas.path('0 2.4 m 2.4 0 l 0 -2.4 l -2.4 0 l h', centre, y, 1, `${GOLD} rg f`);
}
