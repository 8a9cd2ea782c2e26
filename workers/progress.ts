/** Whether a worker gets anywhere. */
export interface Progress {
  /** A job was taken in hand. */
  begun(): void;
  /** A job left the hand, whichever way. */
  ended(): void;
  /** Jobs that wait on the queues, as they were just counted. */
  waiting(jobs: number): void;
  /** Seconds since anything moved while jobs were in hand or waited; 0 when there is nothing to do. */
  stuckSeconds(): number;
}

/** Counts jobs in hand and when one last began or ended, by the monotonic clock: the wall clock may jump. */
export function watchProgress(): Progress {
  let inHand = 0;
  let waiting = 0;
  let lastMoveAt = performance.now();
  const move = (change: number) => {
    // The first job after a pause starts the measurement; the pause itself is no standstill.
    if (change < 0 || inHand === 0) lastMoveAt = performance.now();
    inHand += change;
  };
  return {
    begun: () => move(1),
    ended: () => move(-1),
    waiting(jobs) {
      if (inHand === 0 && waiting === 0) lastMoveAt = performance.now();
      waiting = jobs;
    },
    stuckSeconds: () => (inHand + waiting === 0 ? 0 : (performance.now() - lastMoveAt) / 1000),
  };
}
