import type { Producers } from '#test/chaos/load/producers.ts';
import type { Random } from '#test/chaos/random.ts';
import type { Runner } from '#test/chaos/stage/fleet.ts';
import type { Stage } from '#test/chaos/stage/stage.ts';

/** What a fault works on. */
export interface FaultContext {
  readonly stage: Stage;
  readonly random: Random;
  readonly producers: Producers;
  /** Workers that are there all the time; one that was killed is started again. */
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

/** One thing that broke, and when it was whole again: what was sent before then counts for its recovery. */
export interface Injected {
  readonly kind: string;
  /** Milliseconds since the epoch. */
  readonly healedAt: number;
}

export interface Fault {
  readonly name: string;
  /** Messages under way while it happens. */
  readonly messages: number;
  /** The time over which they are sent. */
  readonly sendingMs: number;
  /** Before any message is sent. */
  prepare?(context: FaultContext): Promise<void>;
  /** While messages are being sent. */
  strike(context: FaultContext): Promise<readonly Injected[]>;
  /** After everything has ended: takes back what `prepare` did. */
  clear?(context: FaultContext): Promise<void>;
}

export function healed(kind: string, healedAt = Date.now()): readonly Injected[] {
  return [{ kind, healedAt }];
}
