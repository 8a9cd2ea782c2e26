import type { Color, PageCanvas } from '#src/certificate/pdf/page-canvas.ts';
import { createElement, type StructureElement } from '#src/certificate/pdf/structure.ts';
import type { DocumentFonts, Role } from '#src/certificate/type/document-fonts.ts';
import { setLine, setParagraph, type SetParagraph } from '#src/certificate/type/set-text.ts';

export const LEFT = 50;
export const WIDTH = 495.28;
export const RIGHT = LEFT + WIDTH;
export const TOP = 46;
export const BOTTOM = 786;

/** One page being laid out. */
export interface Sheet {
  readonly canvas: PageCanvas;
  readonly fonts: DocumentFonts;
  readonly document: StructureElement;
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
  sheet.canvas.text(line, left, baseline, style.size, style.color);
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
  const step = paragraph.size * look.leading;
  paragraph.lines.forEach((line, index) => {
    const left = x + shift(look.align, width - (line.width * paragraph.size) / 1000);
    sheet.canvas.text(
      line,
      left,
      top + step * index + firstBaseline(paragraph.size, step),
      paragraph.size,
      look.color,
    );
  });
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
      sheet.canvas.mark(createElement(sheet.document, fit.type ?? 'P'), () =>
        drawParagraph(sheet, paragraph, { ...style, leading: fit.leading }, LEFT, WIDTH, top),
      );
    },
  };
}

export function heightOf(paragraph: SetParagraph, leading: number): number {
  return paragraph.lines.length * paragraph.size * leading;
}

function firstBaseline(size: number, step: number): number {
  return (step - size) / 2 + size * 0.78;
}

function shift(align: TextStyle['align'], room: number): number {
  if (align === 'center') return room / 2;
  return align === 'right' ? room : 0;
}
