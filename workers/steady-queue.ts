import { Patience } from '#src/mechanisms/patience.ts';

/** What is needed of BullMQ's queue, on either backend. */
interface BullQueue {
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
}

export interface SteadyQueue<Q> {
  /** Stands for the queue at hand, always. */
  readonly queue: Q;
  /** Puts a new one in its place, since what it was built by has changed. */
  renew(): void;
}

/**
 * BullMQ keeps the outcome of its first connecting for ever: a queue that was refused then refuses every call as long as it lives. So
 * another takes its place after a pause, until one is connected. Callers hold the stand-in and notice nothing but that calls succeed.
 */
export function openSteadyQueue<Q extends BullQueue>(build: () => Q): SteadyQueue<Q> {
  const patience = new Patience();
  let isClosed = false;
  let current = build();

  const discard = (queue: Q) => void queue.close().catch(() => {});
  const watch = async (queue: Q) => {
    try {
      await queue.waitUntilReady();
      patience.answered();
    } catch (error) {
      if (isClosed || queue !== current) return;
      patience.refused(error);
      await patience.pause();
      if (!isClosed && queue === current) replace();
    }
  };
  const replace = () => {
    discard(current);
    current = build();
    void watch(current);
  };
  const close = () => {
    isClosed = true;
    patience.end();
    return current.close();
  };
  void watch(current);
  return {
    queue: new Proxy(current, {
      get(_, key): unknown {
        if (key === 'close') return close;
        const value: unknown = Reflect.get(current, key, current);
        return typeof value === 'function' ? value.bind(current) : value;
      },
    }),
    renew: () => {
      if (!isClosed) replace();
    },
  };
}
