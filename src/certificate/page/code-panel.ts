import { BRONZE, GOLD, INK, TINT } from '#src/certificate/page/palette.ts';
import { drawLine, drawRule, LEFT, WIDTH, type Block } from '#src/certificate/page/sheet.ts';
import { decorate, mark } from '#src/certificate/page/tagging.ts';
import { setLine } from '#src/certificate/type/set-text.ts';

/** The one code that the reader must find and type, large and on a tinted ground. */
export function codePanel(label: string, code: string): Block {
  return {
    height: HEIGHT,
    draw(sheet, top) {
      decorate(sheet, () => {
        sheet.doc.rect(LEFT, top, WIDTH, HEIGHT).fill(TINT);
        drawRule(sheet, LEFT, LEFT + WIDTH, top, 0.6, GOLD);
        drawRule(sheet, LEFT, LEFT + WIDTH, top + HEIGHT, 0.6, GOLD);
      });
      mark(sheet, sheet.document, 'P', () => {
        const style = { role: 'strong', size: 7.5, color: BRONZE, align: 'center', tracking: 95 } as const;
        drawLine(sheet, label.toUpperCase(), style, LEFT, WIDTH, top + 17);
      });
      mark(sheet, sheet.document, 'P', () => {
        const tracking = 20;
        const width = setLine(sheet.fonts, 'code', code, tracking).width / 1000;
        const size = Math.min(23, (WIDTH - 90) / width);
        const style = { role: 'code', size, color: INK, align: 'center', tracking } as const;
        drawLine(sheet, code, style, LEFT, WIDTH, top + 34 + size * 0.36);
      });
    },
  };
}

const HEIGHT = 56;
