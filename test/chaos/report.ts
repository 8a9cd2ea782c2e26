import type { Books } from '#src/persistence/books.ts';
import type { ChangesMade } from '#test/chaos/judge/changes-made.ts';
import type { Recovery } from '#test/chaos/recovery.ts';

/** What a run did and what came of it. */
export interface ChaosReport {
  readonly seed: number;
  readonly startedAt: string;
  readonly durationSeconds: number;
  readonly messages: number;
  readonly deliveries: number;
  /** Repeated by producers since Redis was wiped before they were recorded; they were not accepted then. */
  readonly resent: number;
  readonly books: Books | undefined;
  readonly rejectedMessages: number;
  readonly lost: number;
  readonly doubled: number;
  /** Of every kind. */
  readonly changes: readonly ChangesMade[];
  readonly faults: readonly FaultFigure[];
  readonly figures: readonly string[];
  /** Everything that must not be; empty when the run is good. */
  readonly wrong: readonly string[];
}

export interface FaultFigure {
  readonly kind: string;
  /** How often it was injected. */
  readonly times: number;
  /** Messages (or certificates) that were under way when it was over, of all times together; the two figures are over these. */
  readonly waiting: number;
  /** From the moment that the fault was over until one of them had ended. */
  readonly recoveryP50Seconds: number;
  readonly recoveryMaxSeconds: number;
}

export function faultFigures(recoveries: readonly Recovery[]): readonly FaultFigure[] {
  return [...Map.groupBy(recoveries, ({ kind }) => kind)].map(([kind, ofKind]) => {
    const seconds = ofKind.flatMap((one) => one.seconds).sort((a, b) => a - b);
    return {
      kind,
      times: ofKind.length,
      waiting: seconds.length,
      recoveryP50Seconds: rounded(seconds[Math.floor((seconds.length - 1) / 2)] ?? 0),
      recoveryMaxSeconds: rounded(seconds.at(-1) ?? 0),
    };
  });
}

export function reportText(report: ChaosReport): string {
  const { books } = report;
  const facts: readonly (readonly [string, string | number])[] = [
    ['seed', report.seed],
    ['duration', `${report.durationSeconds} s`],
    ['messages', `${report.messages}, delivered ${report.deliveries} times`],
    ['sent again after a wipe', report.resent],
    ['accepted', books?.accepted ?? 'unknown'],
    ['fulfilled', books?.fulfilled ?? 'unknown'],
    ['rejected', books?.rejected ?? 'unknown'],
    ['held', books?.held ?? 'unknown'],
    ['open', books?.open ?? 'unknown'],
    ['certificates without PDF', books?.certificatesWithoutPdf ?? 'unknown'],
    ['kept as not acceptable', report.rejectedMessages],
    ['lost', report.lost],
    ['doubled', report.doubled],
    ...report.changes.map(
      ({ kind, decided, fulfilled }) => [kind, `${decided}, ${fulfilled} fulfilled`] as const,
    ),
  ];
  const width = Math.max(...report.faults.map(({ kind }) => kind.length), 0);
  return [
    ...facts.map(([name, value]) => `${name.padEnd(26)} ${value}`),
    '',
    `${'fault'.padEnd(width)}  times  waiting  recovery p50   max`,
    ...report.faults.map(
      ({ kind, times, waiting, recoveryP50Seconds, recoveryMaxSeconds }) =>
        `${kind.padEnd(width)}  ${String(times).padStart(5)}  ${String(waiting).padStart(7)}  ${recoveryP50Seconds.toFixed(1).padStart(10)} s  ${recoveryMaxSeconds.toFixed(1).padStart(4)} s`,
    ),
    '',
    ...report.figures,
    '',
    ...(report.wrong.length === 0
      ? ['Nothing lost, nothing twice.']
      : ['WRONG:', ...report.wrong.map((one) => `- ${one}`)]),
  ].join('\n');
}

function rounded(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
