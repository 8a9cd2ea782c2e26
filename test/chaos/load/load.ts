import { setTimeout as delay } from 'node:timers/promises';
import { reading, statement, type Database } from '#src/persistence/database.ts';
import type { Draft, KnownKey, MessageSource } from '#test/chaos/load/messages.ts';
import type { Producers } from '#test/chaos/load/producers.ts';
import type { Tracker } from '#test/chaos/load/tracker.ts';
import type { Random } from '#test/chaos/random.ts';

/** What a burst of messages went through. */
export interface Settled {
  /** Instants in milliseconds. */
  readonly decided: readonly { readonly sentAt: number; readonly decidedAt: number }[];
  /** Durable with a queue or with Postgres, and without an ending at the deadline. */
  readonly lost: number;
  /** Deliveries repeated since the queue server had thrown them away before they were recorded. */
  readonly resent: number;
}

export interface Load {
  /** Makes messages and delivers each one to five times in random order, spread over the time. Resolves when all were taken. */
  send(count: number, overMs: number): Promise<void>;
  /** Waits until everything sent has ended. */
  settle(deadlineMs: number): Promise<Settled>;
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

/** Of all deliveries; the others come over HTTP. */
const byQueue = 0.65;

export function openLoad({ random, source, producers, tracker, database, wipedAt }: LoadOptions): Load {
  const deliver = async (draft: Draft, queue: boolean) => {
    tracker.sent(draft);
    tracker.delivered(draft, queue ? await producers.byQueue(draft) : await producers.byHttp(draft));
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
        paced(routes.queue, overMs, (draft) => deliver(draft, true)),
        paced(routes.http, overMs, (draft) => deliver(draft, false)),
      ]);
    },
    async settle(deadlineMs) {
      const until = performance.now() + deadlineMs;
      const decided: { readonly sentAt: number; readonly decidedAt: number }[] = [];
      let resent = 0;
      for (;;) {
        const look = await tracker.look().catch(() => undefined);
        decided.push(...(look?.decided ?? []));
        const left = look ? look.open + look.unrecorded.length : undefined;
        if (left === 0) return { decided, lost: 0, resent };
        if (performance.now() > until) return { decided, lost: left ?? 0, resent };
        for (const { draft, queuedAt } of look?.unrecorded ?? []) {
          // A producer that sees no outcome sends again; what a queue still has is for the workers to find.
          if (queuedAt === 0 || queuedAt > wipedAt()) continue;
          resent += 1;
          await deliver(draft, true);
        }
        await delay(250);
      }
    },
  };
}

/** Begins the deliveries at even intervals over the time, or later when too many are under way. */
async function paced(
  drafts: readonly Draft[],
  overMs: number,
  deliver: (draft: Draft) => Promise<void>,
): Promise<void> {
  const startedAt = performance.now();
  const under = new Set<Promise<void>>();
  for (const [i, draft] of drafts.entries()) {
    const dueMs = startedAt + (i / drafts.length) * overMs - performance.now();
    if (dueMs > 2) await delay(dueMs);
    if (under.size >= mostUnderWay) await Promise.race(under);
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
