import type { DocumentFonts, Role, SetLine } from '#src/certificate/type/typesetting.ts';

/** Measures the text on one line. */
export function setLine(fonts: DocumentFonts, role: Role, text: string, tracking = 0): SetLine {
  return fonts.setLine(role, text, tracking);
}

export interface SetParagraph {
  readonly size: number;
  readonly lines: readonly SetLine[];
  /** See `DocumentFonts.lineStretch`. */
  readonly stretch: number;
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
  const stretch = fonts.lineStretch(text);
  for (let size = fit.size; ; size = Math.max(minSize, size - 0.5)) {
    const lines = wrap(fonts, role, text, (fit.width * 1000) / size);
    if (size <= minSize || lines.length <= (fit.maxLines ?? Infinity)) return { size, lines, stretch };
  }
}

function wrap(fonts: DocumentFonts, role: Role, text: string, width: number): SetLine[] {
  const whole = setLine(fonts, role, text);
  if (whole.width <= width) return [whole];
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const add = (piece: string) => {
    line += piece;
    used += widthOf(piece);
  };
  const end = () => {
    if (line.trim() !== '') lines.push(line);
    line = '';
    used = 0;
  };
  const widthOf = (piece: string) => setLine(fonts, role, piece).width;
  const fits = (piece: string) => used + widthOf(piece.trimEnd()) <= width;
  for (const piece of text.match(PIECE) ?? []) {
    if (!fits(piece)) end();
    if (fits(piece)) {
      add(piece);
      continue;
    }
    for (const part of fonts.piecesOf(piece)) {
      if (line !== '' && !fits(part)) end();
      add(part);
    }
  }
  end();
  const mark = fonts.directionMark(text);
  return lines.map((line) => setLine(fonts, role, `${mark}${line.trim()}`));
}

/** East Asian text may break after any character that does not open a bracket and before any that does not close something. */
const PIECE =
  /[（「『【《〈［]*[\u1100-\u11FF\u2E80-\uA4CF\uF900-\uFAFF\uFF00-\uFF60\u{20000}-\u{3FFFF}][、。，．）」』】》〉］！？ー々]*\s*|[^\s\u1100-\u11FF\u2E80-\uA4CF\uF900-\uFAFF\uFF00-\uFF60\u{20000}-\u{3FFFF}]+\s*|\s+/gu;
