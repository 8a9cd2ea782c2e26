import { setTimeout as delay } from 'node:timers/promises';
import { kinds, messageKinds } from '#jobs/kinds.ts';
import type { WorkContext } from '#workers/owed.ts';

/** With so many messages in hand batches are full, and whatever else this process does is taken from them. */
const manyInHand = 100;

/** While that is so, a delivery is begun so often: twenty a second, a hundredth of what a process decides. */
const busyMsPerDelivery = 50;

/** Lets deciding go first: a backlog of messages is worked off before the world is told of it. */
export interface DecidingFirst {
  /** Whether this process is full of messages. */
  isBusy(): boolean;
  /** Waits until something may be sent. @param isOver ends the wait */
  turn(isOver: () => boolean): Promise<void>;
  /** So much was sent. */
  spent(deliveries: number): void;
}

export function decidingFirst(progress: WorkContext['progress']): DecidingFirst {
  let nextAt = 0;
  const isBusy = () =>
    messageKinds.reduce((sum, kind) => sum + progress[kinds[kind].queue].inHand(), 0) >= manyInHand;
  return {
    isBusy,
    async turn(isOver) {
      while (isBusy() && !isOver() && performance.now() < nextAt) await delay(50);
    },
    spent(deliveries) {
      nextAt = Math.max(nextAt, performance.now()) + deliveries * busyMsPerDelivery;
    },
  };
}
