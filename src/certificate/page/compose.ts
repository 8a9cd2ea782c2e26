import { changePage } from '#src/certificate/page/change-page.ts';
import { closingBlock } from '#src/certificate/page/closing-block.ts';
import { codePanel } from '#src/certificate/page/code-panel.ts';
import { detailsBlock } from '#src/certificate/page/details-block.ts';
import { drawFrame } from '#src/certificate/page/frame.ts';
import type { KindPage } from '#src/certificate/page/kind-page.ts';
import { mergePage, undoMergePage } from '#src/certificate/page/merge-page.ts';
import { INK } from '#src/certificate/page/palette.ts';
import { scheduleHeading } from '#src/certificate/page/schedule-heading.ts';
import { BOTTOM, paragraphBlock, TOP, type Block, type Sheet } from '#src/certificate/page/sheet.ts';
import { statementBlock } from '#src/certificate/page/statement-block.ts';
import { drawTable, HEADER_HEIGHT, rowHeight, type Row } from '#src/certificate/page/table.ts';
import { titleBlock } from '#src/certificate/page/title-block.ts';
import { upgradePage } from '#src/certificate/page/upgrade-page.ts';
import type { DocumentFonts } from '#src/certificate/type/typesetting.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';

/**
 * Draws the whole certificate. The table stands on the first page if all of it fits there; otherwise the first page says
 * where it is, and it has pages of its own.
 */
export function compose(facts: CertificateFacts, jws: string, sheet: Sheet): void {
  const { doc, fonts, document } = sheet;
  const page = pageOf(fonts, facts);
  const { columns, rows } = page;
  const table = doc.struct('Table');
  const tableHeight = HEADER_HEIGHT + sum(rows.map(rowHeight));
  const onFirstPage: Block = {
    height: tableHeight,
    draw(sheet, top) {
      document.add(table);
      drawTable(sheet, table, columns, rows, top);
    },
  };
  const head = [
    titleBlock(facts),
    statementBlock(fonts, facts.customer, page.statement),
    codePanel(page.panel.title, page.panel.code),
    detailsBlock(fonts, facts, page.numberLabel),
  ];
  const closing = closingBlock(fonts, page.instructions, jws);
  const room = BOTTOM - TOP - sum([...head, closing].map(({ height }) => height));
  const fits = room - tableHeight >= MIN_GAP * (head.length + 1);
  const scheduleTop = () => scheduleHeading(fonts, page.schedule, facts.customer.company);
  const schedule = fits ? [] : paginate(rows, BOTTOM - TOP - scheduleTop().height - HEADER_HEIGHT);
  const pages = 1 + schedule.length;

  doc.addPage();
  drawFrame(sheet, footer(facts), `Page 1 of ${pages}`);
  stack(sheet, [...head, fits ? onFirstPage : pointer(fonts, page.schedule.listed, pages)], closing);
  if (!fits) document.add(table);
  schedule.forEach((rowsHere, index) => {
    doc.addPage();
    drawFrame(sheet, footer(facts), `Page ${index + 2} of ${pages}`);
    const heading = scheduleTop();
    heading.draw(sheet, TOP);
    drawTable(sheet, table, columns, rowsHere, TOP + heading.height);
  });
}

const MIN_GAP = 9;
const MAX_GAP = 52;

function pageOf(fonts: DocumentFonts, facts: CertificateFacts): KindPage {
  switch (facts.kind) {
    case 'upgrade':
      return upgradePage(fonts, facts);
    case 'change':
      return changePage(fonts, facts);
    case 'merge':
      return mergePage(fonts, facts);
    case 'undo-merge':
      return undoMergePage(fonts, facts);
  }
}

/** The last block stands at the foot; the gaps above share what is left, up to a limit. */
function stack(sheet: Sheet, blocks: readonly Block[], last: Block): void {
  const free = BOTTOM - TOP - last.height - sum(blocks.map(({ height }) => height));
  const gap = Math.min(MAX_GAP, free / blocks.length);
  let y = TOP;
  for (const block of blocks) {
    block.draw(sheet, y);
    y += block.height + gap;
  }
  last.draw(sheet, BOTTOM - last.height);
}

function pointer(fonts: DocumentFonts, listed: string, pages: number): Block {
  const where = pages === 2 ? 'page 2' : `pages 2 ${pages === 3 ? 'and' : 'to'} ${pages}`;
  const what = `${listed}, are listed on ${where}.`;
  return paragraphBlock(
    fonts,
    what,
    { role: 'display', size: 12, color: INK, align: 'center' },
    { leading: 1.3 },
  );
}

function paginate(rows: readonly Row[], height: number): readonly (readonly Row[])[] {
  const pages: Row[][] = [];
  let free = 0;
  for (const row of rows) {
    const needed = rowHeight(row);
    if (pages.length === 0 || needed > free) {
      pages.push([]);
      free = height;
    }
    pages.at(-1)?.push(row);
    free -= needed;
  }
  return pages;
}

function footer(facts: CertificateFacts): string {
  return `License Certificate ${facts.number}, version ${facts.version}, issued on ${facts.issuedOn}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
