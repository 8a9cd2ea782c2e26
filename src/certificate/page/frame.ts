import { drawDiamond } from '#src/certificate/page/ornaments.ts';
import { GOLD, INK, MUTED } from '#src/certificate/page/palette.ts';
import { drawLine, LEFT, PAGE_HEIGHT, PAGE_WIDTH, WIDTH, type Sheet } from '#src/certificate/page/sheet.ts';
import { decorate } from '#src/certificate/page/tagging.ts';

/** The border of every page and the line at its foot. */
export function drawFrame(sheet: Sheet, footer: string, page: string): void {
  decorate(sheet, () => {
    drawBorder(sheet);
    const style = { role: 'text', size: 7.5, color: MUTED, tracking: 30 } as const;
    drawLine(sheet, footer, style, LEFT, WIDTH, FOOT);
    drawLine(sheet, page, { ...style, align: 'right' }, LEFT, WIDTH, FOOT);
  });
}

const FOOT = 803;
const OUTER = 22;
const INNER = 27.5;
/** How far the inner line steps back at a corner. */
const NOTCH = 11;

function drawBorder(sheet: Sheet): void {
  const { doc } = sheet;
  doc.rect(OUTER, OUTER, PAGE_WIDTH - 2 * OUTER, PAGE_HEIGHT - 2 * OUTER);
  doc.lineWidth(0.9).stroke(INK);
  doc.polygon(...notchedRectangle());
  doc.lineWidth(0.5).stroke(GOLD);
  for (const x of [INNER + NOTCH / 2, PAGE_WIDTH - INNER - NOTCH / 2]) {
    for (const y of [INNER + NOTCH / 2, PAGE_HEIGHT - INNER - NOTCH / 2]) drawDiamond(sheet, x, y, 2.6);
  }
}

function notchedRectangle(): number[][] {
  const [near, step] = [INNER, INNER + NOTCH];
  const [right, rightStep] = [PAGE_WIDTH - INNER, PAGE_WIDTH - INNER - NOTCH];
  const [bottom, bottomStep] = [PAGE_HEIGHT - INNER, PAGE_HEIGHT - INNER - NOTCH];
  return [
    [step, near],
    [rightStep, near],
    [rightStep, step],
    [right, step],
    [right, bottomStep],
    [rightStep, bottomStep],
    [rightStep, bottom],
    [step, bottom],
    [step, bottomStep],
    [near, bottomStep],
    [near, step],
    [step, step],
  ];
}
