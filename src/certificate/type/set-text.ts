import type { Face } from '#src/certificate/type/face.ts';
import type { DocumentFonts, Role } from '#src/certificate/type/document-fonts.ts';

/** One line of text, measured; sizes come later, so the unit is a thousandth of the size. */
export interface SetLine {
  readonly runs: readonly Run[];
  readonly width: number;
}

/** Neighbouring characters of one face. `adjust[i]` is what is added after the i-th. */
export interface Run {
  readonly face: Face;
  readonly codePoints: number[];
  readonly adjust: number[];
}

/** Measures the text on one line. `tracking` (thousandths) is added after every character but the last. */
export function setLine(fonts: DocumentFonts, role: Role, text: string, tracking = 0): SetLine {
  const runs: Run[] = [];
  let width = 0;
  let last: Run | undefined;
  let previous = 0;
  for (const character of text) {
    const { face, codePoint } = fonts.find(role, character.codePointAt(0) ?? 0);
    if (last !== undefined) {
      const gap = tracking + (last.face === face && role !== 'code' ? face.kerning(previous, codePoint) : 0);
      last.adjust[last.adjust.length - 1] = gap;
      width += gap;
    }
    if (last?.face !== face) runs.push((last = { face, codePoints: [], adjust: [] }));
    last.codePoints.push(codePoint);
    last.adjust.push(0);
    width += face.widthOf.get(codePoint) ?? 0;
    previous = codePoint;
  }
  return { runs, width };
}

export interface SetParagraph {
  readonly size: number;
  readonly lines: readonly SetLine[];
}

/**
 * Wraps the text into the width, at the largest size from `size` down to `minSize` (half points) that needs no more than
 * `maxLines`; at `minSize` it takes the lines that it needs, so nothing is ever cut off.
 */
export function setParagraph(
  fonts: DocumentFonts,
  role: Role,
  text: string,
  fit: {
    readonly width: number;
    readonly size: number;
    readonly minSize?: number;
    readonly maxLines?: number;
  },
): SetParagraph {
  const minSize = fit.minSize ?? fit.size;
  for (let size = fit.size; ; size = Math.max(minSize, size - 0.5)) {
    const lines = wrap(fonts, role, text, (fit.width * 1000) / size);
    if (size <= minSize || lines.length <= (fit.maxLines ?? Infinity)) return { size, lines };
  }
}

function wrap(fonts: DocumentFonts, role: Role, text: string, width: number): SetLine[] {
  const whole = setLine(fonts, role, text);
  if (whole.width <= width) return [whole];
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces(text)) {
    if (fits(fonts, role, line + piece, width)) {
      line += piece;
      continue;
    }
    if (line.trim() !== '') lines.push(line);
    line = '';
    for (const character of piece.trimStart()) {
      if (line !== '' && !fits(fonts, role, line + character, width)) {
        lines.push(line);
        line = '';
      }
      line += character;
    }
  }
  if (line.trim() !== '') lines.push(line);
  return lines.map((text) => setLine(fonts, role, text.trim()));
}

function fits(fonts: DocumentFonts, role: Role, text: string, width: number): boolean {
  return setLine(fonts, role, text.trimEnd()).width <= width;
}

/** East Asian text may break after any character that does not open a bracket and before any that does not close something. */
const PIECE =
  /[（「『【《〈［]*[\u1100-\u11FF\u2E80-\uA4CF\uF900-\uFAFF\uFF00-\uFF60\u{20000}-\u{3FFFF}][、。，．）」』】》〉］！？ー々]*\s*|[^\s\u1100-\u11FF\u2E80-\uA4CF\uF900-\uFAFF\uFF00-\uFF60\u{20000}-\u{3FFFF}]+\s*|\s+/gu;

function pieces(text: string): readonly string[] {
  return text.match(PIECE) ?? [];
}
