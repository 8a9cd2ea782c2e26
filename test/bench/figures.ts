import { median } from '#test/bench/median.ts';

/** What was measured, by name: a value for every round. */
export type Measured = ReadonlyMap<string, readonly number[]>;

export interface Figure {
  readonly name: string;
  readonly unit: string;
  /** Digits after the point. */
  readonly digits?: number;
  /** Figures that this one is divided by, round by round, and what the quotient's median shall be at least or at most. */
  readonly ratios?: readonly Ratio[];
}

export interface Ratio {
  readonly to: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

interface Judged extends Ratio {
  readonly ratio: number;
  readonly reached: boolean | null;
}

/** A table for people, and for programs a line of JSON per figure. Figures that were not measured are left out. */
export function reportFigures(figures: readonly Figure[], measured: Measured): string {
  const rows = [['figure', 'median', 'unit', 'rounds', 'ratio', 'to reach', '']];
  const lines: string[] = [];
  for (const { name, unit, digits = 0, ratios = [] } of figures) {
    const rounds = measured.get(name);
    if (!rounds) continue;
    const judged = ratios.flatMap((ratio) => judge(rounds, ratio, measured));
    const shown = (value: number) => value.toFixed(digits);
    const [first, ...others] = [...judged.map(cellsOf), ['', '', '']];
    rows.push([name, shown(median(rounds)), unit, rounds.map(shown).join(' '), ...(first ?? [])]);
    for (const cells of others.slice(0, -1)) rows.push(['', '', '', '', ...cells]);
    lines.push(JSON.stringify({ figure: name, unit, median: median(rounds), rounds, ratios: judged }));
  }
  return `${aligned(rows)}\n\n${lines.join('\n')}\n`;
}

function cellsOf({ to, ratio, atLeast, atMost, reached }: Judged): readonly string[] {
  const wanted = atLeast !== undefined ? `≥ ${atLeast}` : atMost !== undefined ? `≤ ${atMost}` : '';
  const verdict = reached === null ? '' : reached ? 'reached' : 'NOT reached';
  return [to === itself ? ratio.toFixed(0) : `${ratio.toFixed(2)} of ${to}`, wanted, verdict];
}

/** Markdown, so that it can be pasted into docs/benchmarks.md as it is. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, i) => (row[i] ?? '').padEnd(width)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...body.map(line)].join(
    '\n',
  );
}

/** Round by round, so that what slows the machine for a while slows both. `itself` compares with the value alone. */
function judge(rounds: readonly number[], ratio: Ratio, measured: Measured): readonly Judged[] {
  const others = ratio.to === itself ? rounds.map(() => 1) : measured.get(ratio.to);
  if (!others) return [];
  const quotient = median(rounds.flatMap((value, i) => (others[i] === undefined ? [] : [value / others[i]])));
  const { atLeast, atMost } = ratio;
  const reached =
    atLeast !== undefined ? quotient >= atLeast : atMost !== undefined ? quotient <= atMost : null;
  return [{ ...ratio, ratio: quotient, reached }];
}

/** For a figure whose own value is to be reached. */
export const itself = '1';
