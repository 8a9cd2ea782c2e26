import { setTimeout as delay } from 'node:timers/promises';
import { reading, statement, type Database } from '#src/persistence/database.ts';
import type { Ended } from '#test/chaos/load/ended.ts';
import type { Draft, KnownKey, MessageSource } from '#test/chaos/load/messages.ts';
import { untilNoneLeft } from '#test/chaos/load/patience.ts';
import type { Producers } from '#test/chaos/load/producers.ts';
import type { Tracker } from '#test/chaos/load/tracker.ts';
import type { Random } from '#test/chaos/random.ts';

/** What a burst of messages went through. */
export interface Settled {
  readonly decided: readonly Ended[];
  /** Durable with a queue or with Postgres, and without an ending though nothing moved any more; null when Postgres did not say. */
  readonly left: number | null;
  /** Deliveries repeated since the queue server had thrown them away before they were recorded. */
  readonly resent: number;
}

export interface Load {
  /**
   * Makes messages and delivers each one to five times in random order, spread over the time or more, as the workers get on with them.
   * Resolves when all were taken, or when nothing ended any more.
   */
  send(count: number, overMs: number): Promise<void>;
  /** Waits, for as long as there is progress, until everything sent has ended. */
  settle(): Promise<Settled>;
}

export interface LoadOptions {
  readonly random: Random;
  readonly source: MessageSource;
  readonly producers: Producers;
  readonly tracker: Tracker;
  readonly database: Database;
  /** What a queue took before then is gone. */
  readonly wipedAt: () => number;
}

const mostDeliveries = 5;

/** Deliveries of one route that wait for their answer, at most. */
const mostUnderWay = 300;

/** Messages that were sent and have not ended, at most: more, and a recovery is mostly waiting in a queue. */
const mostUnended = 1000;

/** Sending goes on when there are no more than this. */
const fewUnended = 700;

/** Of all deliveries; the others come over HTTP. */
const byQueue = 0.65;

export function openLoad({ random, source, producers, tracker, database, wipedAt }: LoadOptions): Load {
  const decided: Ended[] = [];
  const deliver = async (draft: Draft, queue: boolean) => {
    tracker.sent(draft);
    tracker.delivered(draft, queue ? await producers.byQueue(draft) : await producers.byHttp(draft));
  };
  const look = async () => {
    const seen = await tracker.look();
    decided.push(...seen.decided);
    return seen;
  };
  /** Whether the workers can bear more; no when they have stopped getting on. */
  const isBearable = async () => {
    if (tracker.unended() < mostUnended) return true;
    const tooMany = async () => {
      const { open, unrecorded } = await look();
      return Math.max(0, open + unrecorded.length - fewUnended);
    };
    return (await untilNoneLeft(tooMany)) === 0;
  };
  return {
    async send(count, overMs) {
      const drafts = source.make(count, await knownKeys(database));
      const deliveries = random.shuffled(
        drafts.flatMap((draft) => Array.from({ length: random.between(1, mostDeliveries) }, () => draft)),
      );
      const routes: { readonly queue: Draft[]; readonly http: Draft[] } = { queue: [], http: [] };
      for (const draft of deliveries) routes[random.chance(byQueue) ? 'queue' : 'http'].push(draft);
      await Promise.all([
        paced(routes.queue, overMs, isBearable, (draft) => deliver(draft, true)),
        paced(routes.http, overMs, isBearable, (draft) => deliver(draft, false)),
      ]);
    },
    async settle() {
      let resent = 0;
      const left = await untilNoneLeft(async () => {
        const { open, unrecorded } = await look();
        for (const { draft, queuedAt } of unrecorded) {
          // A producer that sees no outcome sends again; what a queue still has is for the workers to find.
          if (queuedAt === 0 || queuedAt > wipedAt()) continue;
          resent += 1;
          await deliver(draft, true);
        }
        return open + unrecorded.length;
      });
      return { decided: decided.splice(0), left, resent };
    },
  };
}

/** Begins the deliveries at even intervals over the time, or later when too many are under way or unended. */
async function paced(
  drafts: readonly Draft[],
  overMs: number,
  isBearable: () => Promise<boolean>,
  deliver: (draft: Draft) => Promise<void>,
): Promise<void> {
  const startedAt = performance.now();
  const under = new Set<Promise<void>>();
  for (const [i, draft] of drafts.entries()) {
    const dueMs = startedAt + (i / drafts.length) * overMs - performance.now();
    if (dueMs > 2) await delay(dueMs);
    if (under.size >= mostUnderWay) await Promise.race(under);
    if (!(await isBearable())) break;
    const delivery = deliver(draft).finally(() => under.delete(delivery));
    under.add(delivery);
  }
  await Promise.all(under);
}

/** A hundred Registration Keys of fulfilled orders, latest first. */
function knownKeys(database: Database): Promise<readonly KnownKey[]> {
  return statement<KnownKey>(
    reading(database),
    'select code, reseller, account from registration_key order by issued_at desc, id limit 100',
  );
}
