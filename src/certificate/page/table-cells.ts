import { INK, MUTED, type Color } from '#src/certificate/page/palette.ts';
import type { CellLine } from '#src/certificate/page/table.ts';
import { setLine, setParagraph } from '#src/certificate/type/set-text.ts';
import type { DocumentFonts, Role } from '#src/certificate/type/typesetting.ts';

/** Text that wraps inside the cell. */
export function textLines(
  fonts: DocumentFonts,
  text: string,
  width: number,
  style: { readonly role: Role; readonly size: number; readonly color: Color },
): readonly CellLine[] {
  const { lines, size } = setParagraph(fonts, style.role, text, { width, size: style.size });
  return lines.map((line) => ({ pieces: [{ line, color: style.color }], size }));
}

/** One line, set smaller where it would not fit: codes are never broken. */
export function unbrokenLine(
  fonts: DocumentFonts,
  text: string,
  width: number,
  style: { readonly role: Role; readonly size: number; readonly color: Color },
): CellLine {
  const line = setLine(fonts, style.role, text);
  return { pieces: [{ line, color: style.color }], size: Math.min(style.size, (width * 1000) / line.width) };
}

/** `before → after`, or only what is now where nothing changed. */
export function changeLine(
  fonts: DocumentFonts,
  before: string | undefined,
  after: string | undefined,
  width: number,
): CellLine {
  const now = { line: setLine(fonts, 'strong', after ?? '–'), color: after === undefined ? MUTED : INK };
  const pieces =
    before === undefined || before === after
      ? [now]
      : [{ line: setLine(fonts, 'text', `${before} → `), color: MUTED }, now];
  const total = pieces.reduce((sum, { line }) => sum + line.width, 0);
  return { pieces, size: Math.min(8.5, (width * 1000) / total) };
}
