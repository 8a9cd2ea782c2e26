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
  const drawings = clusters.map((cluster) => {
    const placed = Array.from({ length: cluster.glyphs }, () => {
      const { xOffset = 0, yOffset = 0, xAdvance = 0 } = positions[at] ?? {};
      const point = [left + (xOffset * size) / 1000, doc.page.height - baseline + (yOffset * size) / 1000];
      const glyph = { glyph: glyphs[at], place: point.map(inPoints).join(' '), isMark: xAdvance === 0 };
      left += (xAdvance * size) / 1000;
      at += 1;
      return glyph;
    });
    return { text: cluster.text, placed };
  });
  for (const { text, placed } of drawings) {
    const letters = placed.filter(({ isMark }) => !isMark);
    const marks = placed.filter(({ isMark }) => isMark);
    const [telling, further] = letters.length === 0 ? [marks, []] : [letters, marks];
    for (const [said, glyphs] of [
      [text, telling],
      ['', further],
    ] as const) {
      if (glyphs.length === 0) continue;
      doc.addContent(`/Span <</ActualText <${said === '' ? '' : utf16Hex(said)}>>> BDC`);
      glyphs.forEach(({ glyph, place }, index) => {
        doc.addContent(`1 0 0 1 ${place} Tm <${glyphCode(font, glyph, index === 0 ? said : '')}> Tj`);
      });
      doc.addContent('EMC');
    }
  }
  doc.addContent('ET').restore();
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
