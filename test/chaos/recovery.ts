import { reading, statement, type Database } from '#src/persistence/database.ts';
import type { Injected } from '#test/chaos/faults/fault.ts';
import type { Ended } from '#test/chaos/load/ended.ts';

/** What one thing that broke did to the messages (or certificates) that were under way when it was whole again. */
export interface Recovery {
  readonly kind: string;
  /** Of each of them: from the moment that the fault was over until it had ended. Empty when all had ended before. */
  readonly seconds: readonly number[];
}

export async function recoveriesOf(
  injected: readonly Injected[],
  decided: readonly Ended[],
  database: Database,
): Promise<readonly Recovery[]> {
  const recoveries: Recovery[] = [];
  for (const { kind, healedAt, measured = decided } of injected) {
    const ended = measured === 'certificates' ? await renderedAfter(database, healedAt) : measured;
    const seconds = ended.flatMap(({ begunAt, endedAt }) =>
      begunAt <= healedAt && endedAt > healedAt ? [(endedAt - healedAt) / 1000] : [],
    );
    recoveries.push({ kind, seconds });
  }
  return recoveries;
}

/** What took longer than its fault allows on a machine that is so slow, and where nothing waited though the fault was to leave something, in words. */
export function tooSlow(
  injected: readonly Injected[],
  recoveries: readonly Recovery[],
  slowness: number,
): readonly string[] {
  return recoveries.flatMap(({ kind, seconds }, i) => {
    const most = (injected[i]?.mostRecoverySeconds ?? Infinity) * slowness;
    const worst = longest(seconds);
    if (injected[i]?.measured && seconds.length === 0) return [`nothing waited after ${kind}`];
    return worst > most
      ? [
          `recovery from ${kind} took ${worst.toFixed(1)} s, more than the ${most.toFixed(0)} s that it may take`,
        ]
      : [];
  });
}

/** 0 when nothing waited. */
export function longest(seconds: readonly number[]): number {
  return seconds.reduce((most, one) => Math.max(most, one), 0);
}

function renderedAfter(database: Database, instant: number): Promise<readonly Ended[]> {
  return statement<Ended>(
    reading(database),
    `select (extract(epoch from written_at) * 1000)::float8 as "begunAt", (extract(epoch from rendered_at) * 1000)::float8 as "endedAt"
     from certificate where rendered_at > to_timestamp($1::float8 / 1000)`,
    [instant],
  );
}
