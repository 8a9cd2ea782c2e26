import { create } from 'qrcode';

export interface QrPath {
  /** Modules along one side, without the quiet zone. */
  readonly modules: number;
  /** Rectangles in units of a module, y upwards from the lower edge, one per run of dark modules in a row. */
  readonly operators: string;
}

/**
 * Error correction L: on paper that is framed and scanned, larger modules help more than redundancy. The content is taken
 * as bytes and the mask is given: looking for the best of each took five times as long as all the rest, and a signature
 * in base64url looks alike under every mask.
 */
export function qrPath(content: string): QrPath {
  const bytes = [{ data: Buffer.from(content, 'latin1'), mode: 'byte' as const }];
  const { size, data } = create(bytes, { errorCorrectionLevel: 'L', maskPattern: MASK }).modules;
  let operators = '';
  for (let row = 0; row < size; row += 1) {
    const y = size - row - 1;
    let start = -1;
    for (let column = 0; column <= size; column += 1) {
      const dark = column < size && data[row * size + column] === 1;
      if (dark && start < 0) start = column;
      if (!dark && start >= 0) {
        operators += `${start} ${y} ${column - start} 1 re\n`;
        start = -1;
      }
    }
  }
  return { modules: size, operators };
}

const MASK = 2;
