import { closingBlock } from '#src/certificate/page/closing-block.ts';
import { codePanel } from '#src/certificate/page/code-panel.ts';
import { detailsBlock } from '#src/certificate/page/details-block.ts';
import { drawFrame } from '#src/certificate/page/frame.ts';
import { MERGE_COLUMNS, mergeRows, undoRows } from '#src/certificate/page/merge-rows.ts';
import { INK } from '#src/certificate/page/palette.ts';
import { scheduleHeading } from '#src/certificate/page/schedule-heading.ts';
import { BOTTOM, paragraphBlock, TOP, type Block, type Sheet } from '#src/certificate/page/sheet.ts';
import { statementBlock } from '#src/certificate/page/statement-block.ts';
import { drawTable, HEADER_HEIGHT, rowHeight, type Column, type Row } from '#src/certificate/page/table.ts';
import { titleBlock } from '#src/certificate/page/title-block.ts';
import { UPGRADE_COLUMNS, upgradeRows } from '#src/certificate/page/upgrade-rows.ts';
import type { DocumentFonts } from '#src/certificate/type/typesetting.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';

/**
 * Draws the whole certificate. The table stands on the first page if all of it fits there; otherwise the first page says
 * where it is, and it has pages of its own.
 */
export function compose(facts: CertificateFacts, jws: string, sheet: Sheet): void {
  const { doc, fonts, document } = sheet;
  const { columns, rows } = tableOf(fonts, facts);
  const table = doc.struct('Table');
  const tableHeight = HEADER_HEIGHT + sum(rows.map(rowHeight));
  const onFirstPage: Block = {
    height: tableHeight,
    draw(sheet, top) {
      document.add(table);
      drawTable(sheet, table, columns, rows, top);
    },
  };
  const head = [titleBlock(facts), statementBlock(fonts, facts), panelOf(facts), detailsBlock(fonts, facts)];
  const closing = closingBlock(fonts, facts, jws);
  const room = BOTTOM - TOP - sum([...head, closing].map(({ height }) => height));
  const fits = room - tableHeight >= MIN_GAP * (head.length + 1);
  const schedule = fits
    ? []
    : paginate(rows, BOTTOM - TOP - scheduleHeading(fonts, facts).height - HEADER_HEIGHT);
  const pages = 1 + schedule.length;

  doc.addPage();
  drawFrame(sheet, footer(facts), `Page 1 of ${pages}`);
  stack(sheet, [...head, fits ? onFirstPage : pointer(fonts, facts, pages)], closing);
  if (!fits) document.add(table);
  schedule.forEach((rowsHere, index) => {
    doc.addPage();
    drawFrame(sheet, footer(facts), `Page ${index + 2} of ${pages}`);
    const heading = scheduleHeading(fonts, facts);
    heading.draw(sheet, TOP);
    drawTable(sheet, table, columns, rowsHere, TOP + heading.height);
  });
}

const MIN_GAP = 9;
const MAX_GAP = 52;

function tableOf(
  fonts: DocumentFonts,
  facts: CertificateFacts,
): { columns: readonly Column[]; rows: readonly Row[] } {
  switch (facts.kind) {
    case 'upgrade':
    case 'change':
      return { columns: UPGRADE_COLUMNS, rows: upgradeRows(fonts, facts) };
    case 'merge':
      return { columns: MERGE_COLUMNS, rows: mergeRows(fonts, facts) };
    case 'undo-merge':
      return { columns: MERGE_COLUMNS, rows: undoRows(fonts, facts) };
  }
}

function panelOf(facts: CertificateFacts): Block {
  switch (facts.kind) {
    case 'upgrade':
      return codePanel('Registration Key', facts.registrationKey);
    case 'change':
      return facts.registrationKey === null
        ? codePanel('Activation Code', facts.lines[0]?.activationCode ?? '')
        : codePanel('Registration Key', facts.registrationKey);
    case 'merge':
      return codePanel('Surviving Activation Code', facts.survivor.activationCode);
    case 'undo-merge':
      return codePanel('Activation Code', facts.survivor.activationCode);
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

function pointer(fonts: DocumentFonts, facts: CertificateFacts, pages: number): Block {
  const where = pages === 2 ? 'page 2' : `pages 2 ${pages === 3 ? 'and' : 'to'} ${pages}`;
  const what = `${listed(facts)}, are listed on ${where}.`;
  return paragraphBlock(
    fonts,
    what,
    { role: 'display', size: 12, color: INK, align: 'center' },
    { leading: 1.3 },
  );
}

function listed(facts: CertificateFacts): string {
  switch (facts.kind) {
    case 'upgrade':
      return `The ${facts.lines.length} products of the suite, with their Activation Codes, seats and dates`;
    case 'change':
      return `The ${facts.lines.length} licenses, before and after the change`;
    case 'merge':
      return `The ${facts.merged.length + 1} licenses, before and after the merge`;
    case 'undo-merge':
      return `The ${facts.restored.length + 1} licenses, merged and as they are again`;
  }
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
