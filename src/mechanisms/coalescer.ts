/** Gathers single items into batches, as a database's group commit does. */
export interface Coalescer<Item, Result> {
  /** Resolves with the item's own result; rejects when its batch failed. */
  submit(item: Item): Promise<Result>;
  /** Resolves when everything submitted so far has its result. */
  idle(): Promise<void>;
}

export interface CoalescerOptions<Item, Result> {
  /** Batches that run at once. */
  readonly slots: number;
  /** Items in a batch at most. */
  readonly largest: number;
  /**
   * A batch that is not full starts beside a running one only when that has been running for so long: few large batches cost less
   * than many small ones, but a batch that hangs must not hold up what comes after it. 0, the default: as soon as a slot is free.
   */
  readonly besideAfterMs?: number;
  /** Results in the order of the items. */
  readonly run: (items: readonly Item[]) => Promise<readonly Result[]>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A batch starts as soon as a slot is free, with whatever has gathered: an idle system adds no waiting, a busy one forms large batches
 * by itself.
 */
export function createCoalescer<Item, Result>({
  slots,
  largest,
  besideAfterMs = 0,
  run,
}: CoalescerOptions<Item, Result>): Coalescer<Item, Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let running = 0;
  let scheduled = false;
  let idlers: (() => void)[] = [];
  let latestStartAt = 0;
  let later: NodeJS.Timeout | undefined;

  const fillSlots = () => {
    if (running >= slots || waiting.length === 0) return;
    const early = latestStartAt + besideAfterMs - performance.now();
    if (running > 0 && waiting.length < largest && early > 0) {
      later ??= setTimeout(() => {
        later = undefined;
        fillSlots();
      }, early);
      return;
    }
    void runBatch();
    fillSlots();
  };

  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    // After the events of this turn: what arrives together goes together.
    setImmediate(() => {
      scheduled = false;
      fillSlots();
    });
  };

  const runBatch = async () => {
    const batch = waiting.slice(0, largest);
    waiting = waiting.slice(largest);
    running += 1;
    latestStartAt = performance.now();
    try {
      const results = await run(batch.map(({ item }) => item));
      for (const [i, one] of batch.entries()) {
        const result = results[i];
        if (result === undefined) one.reject(new Error('A batch returned fewer results than it had items.'));
        else one.resolve(result);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      running -= 1;
      if (waiting.length > 0) schedule();
      else if (running === 0) {
        for (const resolve of idlers) resolve();
        idlers = [];
      }
    }
  };

  return {
    submit: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        schedule();
      }),
    idle: () =>
      running === 0 && waiting.length === 0
        ? Promise.resolve()
        : new Promise((resolve) => void idlers.push(resolve)),
  };
}
