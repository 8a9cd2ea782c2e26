import { RIGHT_TO_LEFT } from '#src/certificate/type/font-slice.ts';

/**
 * Draws a run in the document's present font, glyph by glyph as HarfBuzz placed them. pdfkit's own `text` cannot say which characters a
 * group of glyphs stands for, and glyphs alone do not tell: dots are shared between letters, vowels stand before what they follow.
 * Each cluster carries its characters (ActualText), so that text can be found, copied and read aloud as it was written.
 */
export function drawShapedRun(
  doc: PDFKit.PDFDocument,
  text: string,
  clusters: readonly { readonly text: string; readonly glyphs: number }[],
  { x, baseline, size }: { readonly x: number; readonly baseline: number; readonly size: number },
): void {
  const font = doc._font;
  const { glyphs, positions } = font.layout(text);
  doc.page.fonts[font.id] ??= font.ref();
  doc.save().transform(1, 0, 0, -1, 0, doc.page.height);
  doc.addContent('BT').addContent(`/${font.id} ${inPoints(size)} Tf`);
  let [left, at] = [x, 0];
  const foot = doc.page.height - baseline;
  const place = (glyph: PDFKit.DrawnGlyph | undefined, text: string, atX: number, atY = foot) =>
    doc.addContent(`1 0 0 1 ${inPoints(atX)} ${inPoints(atY)} Tm <${glyphCode(font, glyph, text)}> Tj`);
  const span = (text: string, draw: () => void) => {
    doc.addContent(`/Span <</ActualText <${text === '' ? '' : utf16Hex(text)}>>> BDC`);
    draw();
    doc.addContent('EMC');
  };
  for (const { text: said, glyphs: count } of clusters) {
    const start = left;
    const placed = Array.from({ length: count }, () => {
      const { xOffset = 0, yOffset = 0, xAdvance = 0 } = positions[at] ?? {};
      const [atX, atY] = [left + (xOffset * size) / 1000, foot + (yOffset * size) / 1000];
      const one = { glyph: glyphs[at], atX, atY, isMark: xAdvance === 0 };
      left += (xAdvance * size) / 1000;
      at += 1;
      return one;
    });
    const letters = placed.filter(({ isMark }) => !isMark);
    const telling = letters.length === 0 ? placed : letters;
    const [letter = '', ...signs] = letters.length === 1 ? charactersFromTheRight(text, said) : [said];
    // Readers turn characters around one by one, by their places: each sign gets one of its own, to the left of its letter.
    const width = Math.min(SIGN_WIDTH * size, ((left - start) * 0.8) / Math.max(1, signs.length));
    const unseen = telling[0]?.glyph;
    const advance = ((unseen?.advanceWidth ?? 0) * font.scale * size) / 1000;
    const invisibly = (from: number, to?: number) => {
      doc.addContent('3 Tr');
      place(unseen, '', from);
      if (to !== undefined) place(unseen, '', to - advance);
      doc.addContent('0 Tr');
    };
    signs.reverse().forEach((sign, index) => {
      const from = start + index * width;
      span(sign, () => invisibly(from, from + width));
    });
    span(letter, () => {
      if (signs.length > 0) invisibly(start + signs.length * width);
      telling.forEach(({ glyph, atX, atY }, index) => place(glyph, index === 0 ? said : '', atX, atY));
    });
    const further = placed.filter((one) => !telling.includes(one));
    if (further.length > 0)
      span('', () => further.forEach(({ glyph, atX, atY }) => place(glyph, '', atX, atY)));
  }
  doc.addContent('ET').restore();
}

/** Of the size: readers take what is closer for the same character twice. */
const SIGN_WIDTH = 0.11;

/** A letter that is read from right to left apart from the signs on it; anything else is one piece. */
function charactersFromTheRight(run: string, cluster: string): readonly string[] {
  return run.startsWith(RIGHT_TO_LEFT) && /^.\p{M}+$/u.test(cluster) ? Array.from(cluster) : [cluster];
}

/**
 * The number that the document knows a glyph by, one for each text that it stands for: readers that pass over ActualText look up the
 * text by that number alone.
 */
function glyphCode(font: PDFKit.DrawnFont, glyph: PDFKit.DrawnGlyph | undefined, text: string): string {
  if (glyph === undefined) return '0000';
  const codes = numbers.get(font) ?? new Map<string, string>();
  numbers.set(font, codes);
  const name = `${glyph.id} ${text}`;
  const known = codes.get(name);
  if (known !== undefined) return known;
  const number = font.subset.glyphs.push(glyph.id) - 1;
  font.widths[number] = glyph.advanceWidth * font.scale;
  font.unicode[number] = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const code = number.toString(16).padStart(4, '0');
  codes.set(name, code);
  return code;
}

/** By font of a document. */
const numbers = new WeakMap<PDFKit.DrawnFont, Map<string, string>>();

/** Rounded, so that no processor's last digit shows. */
function inPoints(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

/** UTF-16BE with its byte order mark, as PDF wants text. */
function utf16Hex(text: string): string {
  return Buffer.from(`\uFEFF${text}`, 'utf16le').swap16().toString('hex');
}
