import type { Color } from '#src/certificate/page/palette.ts';
import { drawShapedRun } from '#src/certificate/page/shaped-run.ts';
import { mark } from '#src/certificate/page/tagging.ts';
import { setLine, setParagraph, type SetParagraph } from '#src/certificate/type/set-text.ts';
import type { DocumentFonts, Role, SetLine } from '#src/certificate/type/typesetting.ts';

/** A4; lengths are points, y counts from the top edge downwards. */
export const PAGE_WIDTH = 595.28;
export const PAGE_HEIGHT = 841.89;
export const LEFT = 50;
export const WIDTH = 495.28;
export const RIGHT = LEFT + WIDTH;
export const TOP = 46;
export const BOTTOM = 786;

/** The document being laid out, at its last page. */
export interface Sheet {
  readonly doc: PDFKit.PDFDocument;
  readonly fonts: DocumentFonts;
  /** The root of the tree that tells screen readers what the pieces of a page are and how they follow each other. */
  readonly document: PDFKit.PDFStructureElement;
}

/** A piece of a page that knows its height before it is drawn; `draw` may be called once. */
export interface Block {
  readonly height: number;
  draw(sheet: Sheet, top: number): void;
}

export interface TextStyle {
  readonly role: Role;
  readonly size: number;
  readonly color: Color;
  readonly align?: 'left' | 'center' | 'right';
  /** Thousandths of the size between characters. */
  readonly tracking?: number;
}

/** Draws one line inside the box from `x` of this width. */
export function drawLine(
  sheet: Sheet,
  text: string,
  style: TextStyle,
  x: number,
  width: number,
  baseline: number,
): void {
  const line = setLine(sheet.fonts, style.role, text, style.tracking);
  const left = x + shift(style.align, width - (line.width * style.size) / 1000);
  drawSetLine(sheet, line, left, baseline, style);
}

/** Draws the lines of a paragraph; `top` is the top of its first line. */
export function drawParagraph(
  sheet: Sheet,
  paragraph: SetParagraph,
  look: { readonly color: Color; readonly align?: TextStyle['align']; readonly leading: number },
  x: number,
  width: number,
  top: number,
): void {
  const step = paragraph.size * look.leading * paragraph.stretch;
  paragraph.lines.forEach((line, index) => {
    const left = x + shift(look.align, width - (line.width * paragraph.size) / 1000);
    const baseline = top + step * index + firstBaseline(paragraph.size, step);
    drawSetLine(sheet, line, left, baseline, { size: paragraph.size, color: look.color });
  });
}

/** Draws a measured line from `x` on. */
export function drawSetLine(
  { doc }: Sheet,
  line: SetLine,
  x: number,
  baseline: number,
  { size, color }: { readonly size: number; readonly color: Color },
): void {
  const characterSpacing = (line.tracking * size) / 1000;
  doc.fillColor(color);
  for (const { face, text, left: offset, clusters } of line.runs) {
    const left = x + (offset * size) / 1000;
    doc.font(face, size);
    if (clusters !== undefined) drawShapedRun(doc, text, clusters, { x: left, baseline, size });
    else doc.text(text, left, baseline, { lineBreak: false, baseline: 'alphabetic', characterSpacing });
  }
}

/** A paragraph as a block of the whole width. */
export function paragraphBlock(
  fonts: DocumentFonts,
  text: string,
  style: TextStyle,
  fit: {
    readonly leading: number;
    readonly minSize?: number;
    readonly maxLines?: number;
    readonly type?: 'P' | 'H1' | 'H2';
  },
): Block {
  const paragraph = setParagraph(fonts, style.role, text, {
    width: WIDTH,
    size: style.size,
    minSize: fit.minSize ?? style.size,
    maxLines: fit.maxLines ?? Infinity,
  });
  return {
    height: heightOf(paragraph, fit.leading),
    draw(sheet, top) {
      mark(sheet, sheet.document, fit.type ?? 'P', () =>
        drawParagraph(sheet, paragraph, { ...style, leading: fit.leading }, LEFT, WIDTH, top),
      );
    },
  };
}

export function drawRule(
  { doc }: Sheet,
  from: number,
  to: number,
  y: number,
  width: number,
  color: Color,
): void {
  doc.lineWidth(width).moveTo(from, y).lineTo(to, y).stroke(color);
}

export function heightOf(paragraph: SetParagraph, leading: number): number {
  return paragraph.lines.length * paragraph.size * leading * paragraph.stretch;
}

function firstBaseline(size: number, step: number): number {
  return (step - size) / 2 + size * 0.78;
}

function shift(align: TextStyle['align'], room: number): number {
  if (align === 'center') return room / 2;
  return align === 'right' ? room : 0;
}
