import { setTimeout as delay } from 'node:timers/promises';
import { kinds, messageKinds } from '#jobs/kinds.ts';
import type { WorkContext } from '#workers/owed.ts';

/** With so many messages in hand batches are full, and whatever else this process does is taken from them. */
const manyInHand = 100;

/** While that is so, a delivery is begun so often: ten a second, less than a hundredth of what a process decides. */
const busyMsPerDelivery = 100;

/** Between two batches hands are empty for a moment: a process that was full so lately still is. */
const stillBusyMs = 1500;

/** Lets deciding go first: a backlog of messages is worked off before the world is told of it. */
export interface DecidingFirst {
  /** Whether this process is full of messages, or was just now. */
  isBusy(): boolean;
  /** Waits until something may be sent. @param isOver ends the wait */
  turn(isOver: () => boolean): Promise<void>;
  /** So much was sent. */
  spent(deliveries: number): void;
}

/** @param clock monotonic, in milliseconds */
export function decidingFirst(
  progress: WorkContext['progress'],
  clock: () => number = () => performance.now(),
): DecidingFirst {
  let nextAt = 0;
  let busyUntil = 0;
  const isBusy = () => {
    const now = clock();
    const inHand = messageKinds.reduce((sum, kind) => sum + progress[kinds[kind].queue].inHand(), 0);
    if (inHand >= manyInHand) busyUntil = now + stillBusyMs;
    return now < busyUntil;
  };
  return {
    isBusy,
    async turn(isOver) {
      while (isBusy() && !isOver() && clock() < nextAt) await delay(50);
    },
    spent(deliveries) {
      nextAt = Math.max(nextAt, clock()) + deliveries * busyMsPerDelivery;
    },
  };
}
