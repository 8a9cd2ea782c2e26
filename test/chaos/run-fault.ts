import { setTimeout as delay } from 'node:timers/promises';
import { countBooks } from '#src/persistence/books.ts';
import { reading } from '#src/persistence/database.ts';
import type { Fault, FaultContext, Injected } from '#test/chaos/faults/fault.ts';
import type { Replay } from '#test/chaos/judge/replay.ts';
import { faultsOf, judge, type Verdict } from '#test/chaos/judge/verdict.ts';
import type { Load } from '#test/chaos/load/load.ts';
import { untilNoneLeft } from '#test/chaos/load/patience.ts';
import { recoveriesOf, tooSlow, type Recovery } from '#test/chaos/recovery.ts';

/** What a fault did, and what was found after it. */
export interface FaultRun {
  readonly recoveries: readonly Recovery[];
  readonly decided: number;
  readonly resent: number;
  /** Without an ending though nothing moved any more. */
  readonly lost: number;
  /** Absent when not everything had ended: half-done work compares with nothing. */
  readonly verdict?: Verdict;
  /** Whether what comes after it can be judged at all. */
  readonly canGoOn: boolean;
}

export interface FaultRunOptions {
  readonly context: FaultContext;
  readonly load: Load;
  readonly replay: Replay;
  /** Has the workers running that are there at rest. */
  readonly restore: () => Promise<void>;
  readonly onSending: (isSending: boolean) => void;
  /** How many times longer than on a machine of one's own things may take. */
  readonly slowness: number;
}

/** All deliveries must have been taken by somebody this long after the servers are back. */
const takenMs = 30 * 60_000;

/** A fault that goes on for longer waits for something that does not come. */
const mostStrikeMs = 60 * 60_000;

/** Prepares, strikes under load, waits until everything has ended, and judges. What fails is blamed, and the stage is whole afterwards. */
export async function runFault(fault: Fault, options: FaultRunOptions): Promise<FaultRun> {
  const { context, load, replay, restore, onSending } = options;
  const { stage, blame } = context;
  const { database } = stage.fulfillment;
  const guarded = async <T>(part: string, work: () => Promise<T> | undefined): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      blame(`${part} failed: ${sentenceOf(error)}`);
      await stage.mend().catch((reason: unknown) => blame(`mending failed: ${sentenceOf(reason)}`));
      return undefined;
    }
  };
  const rendered = async () => {
    const left = await untilNoneLeft(
      async () => (await countBooks(reading(database))).certificatesWithoutPdf,
    );
    if (left !== 0) blame(`${left ?? 'nobody knows how many'} certificates have no PDF`);
  };
  if (fault.untilRendered) await rendered();
  await guarded('preparing', () => fault.prepare?.(context));
  onSending(true);
  const sending = guarded('sending', () => load.send(fault.messages, fault.sendingMs)).finally(() =>
    onSending(false),
  );
  const striking = () => Promise.race([fault.strike(context), neverEnding()]);
  const injected: readonly Injected[] = (await guarded('striking', striking)) ?? [];
  const taken = await Promise.race([sending.then(() => true), delay(takenMs, false, { ref: false })]);
  if (!taken) blame('messages could not be delivered');
  const { decided, left, resent } = await load.settle();
  if (fault.untilRendered) await rendered();
  await guarded('restoring', restore);
  for (const end of stage.fleet.unexpectedEnds.splice(0)) blame(end);
  if (left !== 0) {
    const what = left === null ? 'Postgres did not say how many messages' : `${left} messages`;
    blame(`not settled, not compared: ${what} have no ending, and none came any more`);
    await guarded('clearing', () => fault.clear?.(context));
    return { recoveries: [], decided: decided.length, resent, lost: left ?? 0, canGoOn: false };
  }
  const recoveries = await recoveriesOf(injected, decided, database);
  for (const slow of tooSlow(injected, recoveries, options.slowness)) blame(slow);
  const verdict = await guarded('judging', () => judge(stage.fulfillment, stage.model, replay));
  const found = verdict ? faultsOf(verdict) : [];
  for (const one of found) blame(one);
  await guarded('clearing', () => fault.clear?.(context));
  return {
    recoveries,
    decided: decided.length,
    resent,
    lost: 0,
    ...(verdict && { verdict }),
    canGoOn: taken && verdict !== undefined && found.length === 0,
  };
}

async function neverEnding(): Promise<never> {
  await delay(mostStrikeMs, undefined, { ref: false });
  throw new Error('It did not come to its end.');
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} (${sentenceOf(error.cause)})`;
}
