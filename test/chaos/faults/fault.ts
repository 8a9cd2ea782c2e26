import type { Ended } from '#test/chaos/load/ended.ts';
import type { Producers } from '#test/chaos/load/producers.ts';
import type { Random } from '#test/chaos/random.ts';
import type { Runner } from '#test/chaos/stage/fleet.ts';
import type { Stage } from '#test/chaos/stage/stage.ts';

/** What a fault works on. */
export interface FaultContext {
  readonly stage: Stage;
  readonly random: Random;
  readonly producers: Producers;
  /** Workers that are there all the time and have started; one that was killed is started again. */
  readonly workers: () => readonly Runner[];
  readonly startWorker: () => Promise<Runner>;
  /** Takes the HTTP intake over to another api process. */
  readonly useApi: (api: Runner) => void;
  readonly api: () => Runner;
  /** Whether some of the fault's messages are not taken yet. */
  readonly isSending: () => boolean;
  /** Something that must not be: the run fails with it. */
  readonly blame: (fault: string) => void;
  /** Something worth reading in the report. */
  readonly tell: (figure: string) => void;
}

/** One thing that broke, and when it was whole again: what was under way then counts for its recovery. */
export interface Injected {
  readonly kind: string;
  /** Milliseconds since the epoch. */
  readonly healedAt: number;
  /** Until the last of what was under way has ended; none where the fault leaves a backlog that the machine's speed decides on. */
  readonly mostRecoverySeconds?: number;
  /** What the fault holds up, and something it must be: PDFs, or what the fault has seen to itself; all messages of the load by default. */
  readonly measured?: 'certificates' | readonly Ended[];
}

export interface Fault {
  readonly name: string;
  /** Messages under way while it happens. */
  readonly messages: number;
  /** The time over which they are sent. */
  readonly sendingMs: number;
  /** Certificates are what it is about: no PDF is missing when it begins, and none when it is judged. */
  readonly untilRendered?: boolean;
  /** Before any message is sent. */
  prepare?(context: FaultContext): Promise<void>;
  /** While messages are being sent. */
  strike(context: FaultContext): Promise<readonly Injected[]>;
  /** After everything has ended and was judged: takes back what `prepare` did. */
  clear?(context: FaultContext): Promise<void>;
}

/** After an outage of a server, from the moment that it is back. */
export const afterOutageSeconds = 20;

/** What only the reconciler finds: it may have just looked, leaves what is young to the next look, and the work takes its time. */
export function afterWipeSeconds({ reconcileSeconds }: Stage): number {
  return 2 * reconcileSeconds + 5;
}

/** What a process left: some of it comes back when its locks end, some is found by the reconciler alone. */
export function afterDeathSeconds(stage: Stage): number {
  return Math.max(stage.queues.redeliverySeconds + 5, afterWipeSeconds(stage));
}

/** Is over now, unless it says when. */
export function healed(
  kind: string,
  { at = Date.now(), ...more }: Partial<Omit<Injected, 'kind' | 'healedAt'>> & { readonly at?: number } = {},
): readonly Injected[] {
  return [{ kind, healedAt: at, ...more }];
}
