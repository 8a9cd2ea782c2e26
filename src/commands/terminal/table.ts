import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { dim, heading } from '#src/commands/terminal/output.ts';
import { printableLines } from '#src/mechanisms/printable.ts';

export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** May be made narrower, down to this many columns, its words wrapped; others keep their width. */
  readonly shrinkTo?: number;
}

/** Fits a terminal of usual width, a mail and a manual. */
const widestLine = 100;

const gap = '  ';

/** A table of at most 100 columns of a terminal, whatever script its texts are in. A cell may have several lines. */
export function table(columns: readonly TableColumn[], foreign: readonly (readonly string[])[]): string {
  // Before it is broken into lines: a style in a foreign text must not be taken for one of ours.
  const rows = foreign.map((row) => row.map(printableLines));
  const widths = fittedWidths(columns, rows);
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, i) => padded(cells[i] ?? '', widths[i] ?? 0, align))
      .join(gap)
      .trimEnd();
  const lines = [
    line(columns.map(({ title }) => heading(title))),
    line(widths.map((width) => dim('─'.repeat(width)))),
  ];
  for (const row of rows) {
    const cells = row.map((cell, i) => wrapAnsi(cell, widths[i] ?? widestLine, { hard: true }).split('\n'));
    const height = Math.max(...cells.map((cell) => cell.length));
    for (let i = 0; i < height; i += 1) lines.push(line(cells.map((cell) => cell[i] ?? '')));
  }
  return lines.join('\n');
}

/** The widest column that may give way does, until the table fits. */
function fittedWidths(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): number[] {
  const widths = columns.map(({ title }, i) =>
    Math.max(
      stringWidth(title),
      ...rows.flatMap((row) => (row[i] ?? '').split('\n').map((line) => stringWidth(line))),
    ),
  );
  const total = () => widths.reduce((sum, width) => sum + width, gap.length * (columns.length - 1));
  while (total() > widestLine) {
    const [longest] = columns
      .map(({ shrinkTo }, i) => ({ i, width: widths[i] ?? 0, least: shrinkTo ?? Infinity }))
      .filter(({ width, least }) => width > least)
      .toSorted((a, b) => b.width - a.width);
    if (!longest) break;
    widths[longest.i] = longest.width - 1;
  }
  return widths;
}

function padded(text: string, width: number, align: TableColumn['align']): string {
  const padding = ' '.repeat(Math.max(width - stringWidth(text), 0));
  return align === 'right' ? padding + text : text + padding;
}
