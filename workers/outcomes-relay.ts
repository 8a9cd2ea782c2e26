import type { JobType } from 'bullmq';
import type { Logger } from 'pino';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { eventFeed, type ToldEvent } from '#src/fulfillment/looking/event-feed.ts';
import { newId } from '#src/mechanisms/new-id.ts';
import { inTransaction, type Transaction } from '#src/persistence/database.ts';
import {
  hasEventsToRelay,
  moveRelay,
  outcomesRelay,
  placeBefore,
  takeRelay,
} from '#src/persistence/event-relay.ts';
import { inTime } from '#workers/in-time.ts';
import { keptJobs, type OpenQueue, type QueueBackend } from '#workers/queue-backend.ts';

/** Where outcomes go. */
export interface OutcomesSettings {
  /** OUTCOMES_QUEUE. */
  readonly queue: string;
  /** What addresses in events begin with. */
  readonly publicUrl: string;
}

export interface OutcomesRelay {
  /** Takes no further turn, and ends the one under way. */
  close(): Promise<void>;
}

export interface OutcomesRelayOptions {
  readonly fulfillment: Fulfillment;
  readonly backend: QueueBackend;
  readonly outcomes: OutcomesSettings;
  readonly log: Logger;
  /** Jobs that may wait; what is beyond waits in PostgreSQL. By default 100,000 (contract §10). */
  readonly mostWaiting?: number;
}

const jobName = 'outcome.v1';

/** Between two looks whether there is something to pass on. */
const intervalMs = 1000;

/** Between two looks what still waits on the queue, where nothing new comes. */
const settlingMs = 10_000;

/** Events passed on in one turn. */
const largestBatch = 1000;

/** Jobs whose ids are read to find the oldest that waits; where there are more, what is settled stays as it was. */
const mostRead = 1000;

/**
 * Whoever takes them is not ours to know: its own retries are of a kind that every BullMQ worker has, and last for hours. What was taken is
 * kept for two turns: a turn that is repeated, because its process died before it was committed, adds no second job.
 */
const jobOptions = {
  attempts: 12,
  backoff: { type: 'exponential', delay: 5000 },
  removeOnComplete: { count: 2 * largestBatch },
  removeOnFail: keptJobs.failed,
} as const;

const waitingStates = ['wait', 'prioritized', 'delayed'] as const;
const openStates = [...waitingStates, 'active', 'waiting-children'] as const;

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const everything = { kind: 'operator', seesCodes: false } as const;

/**
 * Passes events on to the queue of outcomes, in the order of the feed, each at least once. Any number of processes may do so: one has the
 * turn. What was passed on and is lost with the queue server is passed on again, from the last event before which nothing waited.
 */
export function openOutcomesRelay(options: OutcomesRelayOptions): OutcomesRelay {
  const { fulfillment, backend, outcomes, log, mostWaiting = 100_000 } = options;
  const queue = backend.openQueue(outcomes.queue);
  let isClosing = false;
  let settledAt = -Infinity;
  let isFailing = false;
  let timer: NodeJS.Timeout | undefined;

  /** @returns whether there may be more at once */
  const takeTurn = (): Promise<boolean> =>
    inTransaction(fulfillment.database, async (tx) => {
      const state = await takeRelay(tx, outcomesRelay);
      if (!state) return false;
      if (state.mark === null) {
        // Before anything is put there: a server that is emptied in the first turn must have lost it, too.
        const first = newId();
        await inTime(backend.exchangeMark(outcomes.queue, first));
        await moveRelay(tx, outcomesRelay, { ...state, mark: first });
        return true;
      }
      const room = Math.min(mostWaiting - (await countOf(queue, waitingStates)), largestBatch);
      const { items, next } =
        room > 0 ? await read(state.position, room) : { items: [], next: state.position };
      const isDue = performance.now() - settledAt > settlingMs;
      if (items.length === 0 && (state.settled === state.position || !isDue)) return false;
      await add(queue, items);
      settledAt = performance.now();
      const settled = backend.kind === 'redis' ? await settledUpTo(tx, queue, next) : next;
      const mark = newId();
      const found = await inTime(backend.exchangeMark(outcomes.queue, mark));
      const isLost = found !== undefined && found !== state.mark;
      if (isLost)
        log.warn({ queue: outcomes.queue }, 'the queue server has lost outcomes: they are queued again');
      const reached = isLost ? state.settled : next;
      await moveRelay(tx, outcomesRelay, {
        position: reached,
        settled: isLost ? state.settled : (settled ?? state.settled),
        mark,
      });
      return isLost || items.length === room;
    });

  const read = async (after: string, limit: number) => {
    const { publicUrl } = outcomes;
    const feed = await eventFeed(fulfillment, everything, { after, limit }, publicUrl);
    if (feed) return feed;
    log.warn(
      { queue: outcomes.queue },
      'events were removed before they were queued; going on with the oldest',
    );
    return (
      (await eventFeed(fulfillment, everything, { after: undefined, limit }, publicUrl)) ?? {
        items: [],
        next: after,
      }
    );
  };

  const look = async () => {
    try {
      if (await hasEventsToRelay(fulfillment.database, outcomesRelay)) {
        await backend.known();
        let isMore = true;
        while (isMore) isMore = (await takeTurn()) && !isClosing;
      }
      isFailing = false;
    } catch (error) {
      if (!isFailing)
        log.warn({ err: error, queue: outcomes.queue }, 'outcomes were not queued; it is tried again');
      isFailing = true;
    }
  };

  const again = async (): Promise<void> => {
    await look();
    timer = setTimeout(() => {
      if (!isClosing) looking = again();
    }, intervalMs);
  };
  let looking = again();
  return {
    async close() {
      isClosing = true;
      await looking;
      clearTimeout(timer);
      await queue.close();
    },
  };
}

async function countOf(queue: OpenQueue, states: readonly JobType[]): Promise<number> {
  const counts = await inTime(queue.getJobCounts(...states));
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

async function add(queue: OpenQueue, events: readonly ToldEvent[]): Promise<void> {
  if (events.length === 0) return;
  await inTime(
    queue.addBulk(
      events.map((event) => ({ name: jobName, data: event, opts: { jobId: event.id, ...jobOptions } })),
    ),
  );
}

/** @returns the place up to which nothing waits on the queue; undefined when too much waits to tell */
async function settledUpTo(tx: Transaction, queue: OpenQueue, position: string): Promise<string | undefined> {
  if ((await countOf(queue, openStates)) > mostRead) return undefined;
  const ids = await inTime(queue.getRanges([...openStates], 0, mostRead));
  return (
    (await placeBefore(
      tx,
      ids.filter((id) => uuid.test(id)),
    )) ?? position
  );
}
