import { create } from 'qrcode';
import { BLACK } from '#src/certificate/page/palette.ts';
import type { Sheet } from '#src/certificate/page/sheet.ts';

/**
 * Draws the code from this upper left corner, without its quiet zone, as one rectangle per run of dark modules in a row.
 * Error correction L: on paper that is framed and scanned, larger modules help more than redundancy. The content is taken
 * as bytes and the mask is given: looking for the best of each took five times as long as all the rest, and a signature
 * in base64url looks alike under every mask.
 */
export function drawQrCode({ doc }: Sheet, content: string, x: number, y: number, side: number): void {
  const bytes = [{ data: Buffer.from(content, 'latin1'), mode: 'byte' as const }];
  const { size, data } = create(bytes, { errorCorrectionLevel: 'L', maskPattern: MASK }).modules;
  doc
    .save()
    .translate(x, y)
    .scale(side / size);
  for (let row = 0; row < size; row += 1) {
    let start = -1;
    for (let column = 0; column <= size; column += 1) {
      const dark = column < size && data[row * size + column] === 1;
      if (dark && start < 0) start = column;
      if (!dark && start >= 0) {
        doc.rect(start, row, column - start, 1);
        start = -1;
      }
    }
  }
  doc.fill(BLACK).restore();
}

const MASK = 2;
