/** Whether a worker gets anywhere. */
export interface Progress {
  /** A job was taken in hand. */
  begun(): void;
  /** A job left the hand, whichever way. */
  ended(): void;
  /** Jobs that wait on the queues, as they were just counted. */
  waiting(jobs: number): void;
  /** Jobs in hand. */
  inHand(): number;
  /** Seconds since anything moved while jobs were in hand or waited; 0 when there is nothing to do. */
  stuckSeconds(): number;
}

/**
 * Counts jobs in hand and when one last began or ended.
 * @param now the monotonic clock, in milliseconds: the wall clock may jump
 */
export function watchProgress(now: () => number = () => performance.now()): Progress {
  let inHand = 0;
  let waiting = 0;
  let lastMoveAt = now();
  const move = (change: number) => {
    // The first job after a pause starts the measurement; the pause itself is no standstill.
    if (change < 0 || inHand === 0) lastMoveAt = now();
    inHand += change;
  };
  return {
    begun: () => move(1),
    ended: () => move(-1),
    waiting(jobs) {
      if (inHand === 0 && waiting === 0) lastMoveAt = now();
      waiting = jobs;
    },
    inHand: () => inHand,
    stuckSeconds: () => (inHand + waiting === 0 ? 0 : (now() - lastMoveAt) / 1000),
  };
}
