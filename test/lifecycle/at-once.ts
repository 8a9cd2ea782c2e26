import { expect } from 'vitest';
import { decideBatch, type BatchItem, type Ending } from '#src/fulfillment/batch/decide-batch.ts';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import { outcomeById } from '#test/fulfillment/ending.ts';
import type { Ledger } from '#test/fulfillment/open-ledger.ts';

/**
 * A worker takes the first and stops at the breakpoint, once, when another one takes the second; it goes on when the second waits for it,
 * or is done.
 */
export async function atOnce(
  { fulfillment, query }: Ledger,
  first: BatchItem,
  second: BatchItem,
  stopsAt: 'after-locks' | 'before-commit' = 'before-commit',
): Promise<readonly [Outcome, Outcome]> {
  const [come, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const holding = {
    ...fulfillment,
    async at(breakpoint: string) {
      if (breakpoint !== stopsAt) return;
      come.resolve();
      await go.promise;
    },
  };
  const one = decideBatch(holding, [first]);
  await Promise.race([come.promise, one]);
  let isOver = false;
  const other = decideBatch(fulfillment, [second]).finally(() => (isOver = true));
  const waiting =
    'select from pg_locks join pg_database on oid = database where datname = current_database() and not granted';
  await expect.poll(async () => isOver || (await query(waiting)).length > 0, { timeout: 60_000 }).toBe(true);
  go.resolve();
  const [a, b] = [await one, await other];
  return [await outcomeById(fulfillment, idOf(a)), await outcomeById(fulfillment, idOf(b))];
}

function idOf([ending]: readonly Ending[]): string {
  if (ending?.outcome !== 'decided') throw new Error(`Not decided: ${JSON.stringify(ending)}`);
  return ending.id;
}
