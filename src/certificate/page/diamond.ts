import { GOLD } from '#src/certificate/page/palette.ts';
import type { Sheet } from '#src/certificate/page/sheet.ts';

/** A small ornament around this centre. */
export function drawDiamond({ doc }: Sheet, x: number, y: number, radius: number): void {
  doc.polygon([x, y - radius], [x + radius, y], [x, y + radius], [x - radius, y]).fill(GOLD);
}
