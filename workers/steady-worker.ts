import { EventEmitter } from 'node:events';
import { Patience } from '#src/mechanisms/patience.ts';

/** What is heard of a worker, whichever of BullMQ's stands behind it at the time. */
export type WorkerEvent = 'completed' | 'failed' | 'drained';

/** A listener to one queue that no answer of the queue server ends. */
export interface OpenWorker {
  readonly name: string;
  /** Takes jobs until it is closed. Resolves then, and never rejects: what the server refuses is tried again. */
  run(): Promise<void>;
  /** @param force do not wait for the jobs in hand */
  close(force?: boolean): Promise<void>;
  on(event: WorkerEvent, hear: () => void): void;
  /** What the queue server refused last, while no jobs can be taken for it. */
  fault(): string | undefined;
}

/** What is needed of BullMQ's worker, on either backend. */
interface BullWorker {
  waitUntilReady(): Promise<unknown>;
  run(): Promise<void>;
  close(force?: boolean): Promise<void>;
  on(event: WorkerEvent, listener: () => void): unknown;
}

export interface BuiltWorker {
  readonly worker: BullWorker;
  /** Hears of every refusal to give it a job. */
  readonly patience: Patience;
  /** Rejects when its connection has ended for good, whoever ended it. */
  readonly lost?: Promise<never>;
}

/**
 * BullMQ keeps the outcome of its first connecting for ever: a worker that was refused then asks in vain as long as it lives. So it runs
 * only once it is ready, and is built anew after a pause when it could not become so.
 * @param build may reject; it is called again then
 */
export function openSteadyWorker(
  name: string,
  build: () => Promise<BuiltWorker> | BuiltWorker,
  onError: (error: Error) => void,
): OpenWorker {
  const heard = new EventEmitter();
  const patience = new Patience();
  let current: BuiltWorker | undefined;
  let closed: Promise<void> | undefined;
  const closing = Promise.withResolvers<'closing'>();

  const attempt = async (): Promise<void> => {
    const built = await build();
    const { worker } = built;
    built.lost?.catch(() => {});
    if (closed !== undefined) return worker.close(true);
    current = built;
    for (const event of ['completed', 'failed', 'drained'] as const)
      worker.on(event, () => heard.emit(event));
    try {
      if ((await Promise.race([worker.waitUntilReady(), closing.promise])) === 'closing') return;
      patience.answered();
      await (built.lost ? Promise.race([worker.run(), built.lost]) : worker.run());
    } finally {
      if (closed === undefined) {
        current = undefined;
        // Nobody waits for it: what it has in hand, if anything, runs again when its lock has run out.
        built.patience.end();
        worker.close(true).catch(() => {});
      }
    }
  };

  return {
    name,
    async run() {
      for (;;) {
        try {
          await attempt();
        } catch (error) {
          if (closed === undefined) {
            patience.refused(error);
            onError(error instanceof Error ? error : new Error(String(error)));
          }
        }
        if (closed !== undefined) return;
        await patience.pause();
      }
    },
    close(force) {
      patience.end();
      closing.resolve('closing');
      current?.patience.end();
      closed ??= current?.worker.close(force) ?? Promise.resolve();
      return closed;
    },
    on: (event, hear) => void heard.on(event, hear),
    fault: () => patience.fault ?? current?.patience.fault,
  };
}
