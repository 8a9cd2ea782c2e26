import { PAGE_HEIGHT, PAGE_WIDTH } from '#src/certificate/pdf/page-canvas.ts';
import { GOLD, INK, MUTED } from '#src/certificate/layout/palette.ts';
import { drawLine, LEFT, WIDTH, type Sheet } from '#src/certificate/layout/sheet.ts';

/** The border of every page and the line at its foot. */
export function drawFrame(sheet: Sheet, footer: string, page: string): void {
  sheet.canvas.decorate(() => {
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

function drawBorder({ canvas }: Sheet): void {
  const outer = `${OUTER} ${OUTER} ${PAGE_WIDTH - 2 * OUTER} ${PAGE_HEIGHT - 2 * OUTER} re`;
  canvas.path(outer, 0, PAGE_HEIGHT, 1, `${INK} RG 0.9 w S`);
  canvas.path(notchedRectangle(), 0, PAGE_HEIGHT, 1, `${GOLD} RG 0.5 w S`);
  for (const x of [INNER + NOTCH / 2, PAGE_WIDTH - INNER - NOTCH / 2]) {
    for (const y of [INNER + NOTCH / 2, PAGE_HEIGHT - INNER - NOTCH / 2]) {
      canvas.path('0 2.6 m 2.6 0 l 0 -2.6 l -2.6 0 l h', x, y, 1, `${GOLD} rg f`);
    }
  }
}

function notchedRectangle(): string {
  const [near, step] = [INNER, INNER + NOTCH];
  const [right, rightStep] = [PAGE_WIDTH - INNER, PAGE_WIDTH - INNER - NOTCH];
  const [top, topStep] = [PAGE_HEIGHT - INNER, PAGE_HEIGHT - INNER - NOTCH];
  const corners = [
    [step, near],
    [rightStep, near],
    [rightStep, step],
    [right, step],
    [right, topStep],
    [rightStep, topStep],
    [rightStep, top],
    [step, top],
    [step, topStep],
    [near, topStep],
    [near, step],
    [step, step],
  ];
  return `${corners.map(([x, y], index) => `${x?.toFixed(2)} ${y?.toFixed(2)} ${index === 0 ? 'm' : 'l'}`).join(' ')} h`;
}
