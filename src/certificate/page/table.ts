import { GOLD, HAIRLINE, MUTED, type Color } from '#src/certificate/page/palette.ts';
import { drawLine, drawRule, drawSetLine, LEFT, RIGHT, type Sheet } from '#src/certificate/page/sheet.ts';
import { decorate, mark } from '#src/certificate/page/tagging.ts';
import type { SetLine } from '#src/certificate/type/typesetting.ts';

export interface Column {
  readonly title: string;
  readonly left: number;
  readonly width: number;
  readonly align: 'left' | 'right';
}

/** One line of a cell: pieces that follow each other, each in its own colour. */
export interface CellLine {
  readonly pieces: readonly { readonly line: SetLine; readonly color: Color }[];
  readonly size: number;
}

export interface Row {
  /** One per column; the first line of every cell shares a baseline. */
  readonly cells: readonly (readonly CellLine[])[];
}

export const HEADER_HEIGHT = 17;

export function rowHeight(row: Row): number {
  return (
    PADDING * 2 +
    Math.max(...row.cells.map((cell) => cell.reduce((sum, { size }) => sum + size * LEADING, 0)))
  );
}

/** Draws the header and these rows, and returns where they end. A table that goes on passes its element to the next page. */
export function drawTable(
  sheet: Sheet,
  table: PDFKit.PDFStructureElement,
  columns: readonly Column[],
  rows: readonly Row[],
  top: number,
): number {
  drawHeader(sheet, table, columns, top);
  let y = top + HEADER_HEIGHT;
  for (const row of rows) {
    drawRow(sheet, table, columns, row, y);
    y += rowHeight(row);
    const bottom = y;
    decorate(sheet, () => drawRule(sheet, LEFT, RIGHT, bottom, 0.4, HAIRLINE));
  }
  return y;
}

const PADDING = 3.4;
const LEADING = 1.28;

function drawHeader(
  sheet: Sheet,
  table: PDFKit.PDFStructureElement,
  columns: readonly Column[],
  top: number,
): void {
  const row = sheet.doc.struct('TR');
  table.add(row);
  for (const column of columns) {
    const style = { role: 'strong', size: 7, color: MUTED, align: column.align, tracking: 70 } as const;
    const draw = () =>
      drawLine(sheet, column.title.toUpperCase(), style, column.left, column.width, top + 10);
    mark(sheet, row, 'TH', draw, { scope: 'Column' });
  }
  decorate(sheet, () => drawRule(sheet, LEFT, RIGHT, top + HEADER_HEIGHT - 1, 0.8, GOLD));
}

function drawRow(
  sheet: Sheet,
  table: PDFKit.PDFStructureElement,
  columns: readonly Column[],
  row: Row,
  top: number,
): void {
  const element = sheet.doc.struct('TR');
  table.add(element);
  const first = Math.max(...row.cells.map(([line]) => line?.size ?? 0));
  columns.forEach((column, index) => {
    const cell = row.cells[index] ?? [];
    mark(sheet, element, 'TD', () => {
      let baseline = top + PADDING + first * 0.98;
      cell.forEach((line, at) => {
        if (at > 0) baseline += line.size * LEADING;
        drawCellLine(sheet, column, line, baseline);
      });
    });
  });
}

function drawCellLine(sheet: Sheet, column: Column, { pieces, size }: CellLine, baseline: number): void {
  const width = pieces.reduce((sum, { line }) => sum + (line.width * size) / 1000, 0);
  let x = column.align === 'right' ? column.left + column.width - width : column.left;
  for (const { line, color } of pieces) {
    drawSetLine(sheet, line, x, baseline, { size, color });
    x += (line.width * size) / 1000;
  }
}
