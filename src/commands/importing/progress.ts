import { SingleBar } from 'cli-progress';
import type { ImportProgress } from '#src/files/import-run.ts';

/** Where progress goes: stderr, so that stdout holds the result alone. */
export type ProgressOutput = NodeJS.WritableStream & { readonly isTTY?: boolean | undefined };

export interface ProgressDisplay {
  readonly show: (progress: ImportProgress) => void;
  /** The last word. Safe to call when nothing was shown, and twice. */
  readonly stop: () => void;
}

/** A log that is read later wants few lines. */
const secondsBetweenLines = 5;

/** A bar on a terminal; elsewhere a plain line every few seconds and one at the end. */
export function importProgress(output: ProgressOutput): ProgressDisplay {
  return output.isTTY === true ? bar(output) : plainLines(output);
}

function bar(output: ProgressOutput): ProgressDisplay {
  const pace = startPace();
  const display = new SingleBar({
    stream: output,
    format: '{bar} {percentage}% | {rows} rows | {rowsPerSecond} rows/s | {remaining} left',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: false,
  });
  let isShown = false;
  return {
    show: (progress) => {
      const words = pace(progress);
      if (!isShown) display.start(Math.max(progress.totalBytes, 1), 0, words);
      isShown = true;
      display.update(Math.min(progress.bytes, progress.totalBytes), words);
    },
    stop: () => {
      if (isShown) display.stop();
      isShown = false;
    },
  };
}

function plainLines(output: ProgressOutput): ProgressDisplay {
  const pace = startPace();
  let shownAt = performance.now();
  let unshown: ImportProgress | undefined;
  const write = (progress: ImportProgress): void => {
    const { rows, rowsPerSecond, percentage, remaining } = pace(progress);
    output.write(`${rows} rows, ${percentage}%, ${rowsPerSecond} rows/s, ${remaining} left\n`);
    shownAt = performance.now();
    unshown = undefined;
  };
  return {
    show: (progress) => {
      unshown = progress;
      if (performance.now() - shownAt >= secondsBetweenLines * 1000) write(progress);
    },
    stop: () => {
      if (unshown) write(unshown);
    },
  };
}

const counted = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** How far and how fast, measured from now. The rest is estimated by bytes: how many rows there are is known at the end alone. */
function startPace() {
  const startedAt = performance.now();
  return ({ rows, bytes, totalBytes }: ImportProgress) => {
    const seconds = Math.max((performance.now() - startedAt) / 1000, 0.001);
    const done = totalBytes === 0 ? 1 : Math.min(bytes / totalBytes, 1);
    return {
      rows: counted.format(rows),
      rowsPerSecond: counted.format(rows / seconds),
      percentage: counted.format(done * 100),
      remaining: done === 0 ? '?' : duration((seconds * (1 - done)) / done),
    };
  };
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
