import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { QueueServer } from '#test/chaos/stage/queue-server.ts';
import { openReceiver } from '#test/webhooks/receiver.ts';

/**
 * Programs outside that are told of outcomes while things break: two read the feed, one takes jobs of the outcomes queue, one is told by
 * webhooks and fails a third of the time.
 */
export interface Followers {
  /** Events that an operator was shown, in the order in which it was shown them. */
  readonly all: readonly FollowedEvent[];
  /** The same of the reseller northwind. */
  readonly own: readonly FollowedEvent[];
  /** Ids of events that were on the queue. */
  readonly taken: ReadonlySet<string>;
  /** Ids of events that the webhook's receiver took, and what it was sent. */
  readonly told: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

export interface FollowedEvent {
  readonly id: string;
  readonly sequence: number;
  /** All that was said of it. */
  readonly text: string;
}

export interface FollowersOptions {
  readonly server: QueueServer;
  /** Of the api process that runs at the moment. */
  readonly apiUrl: () => string;
  /** API key by reseller; under `operator` the operator's. */
  readonly apiKeys: ReadonlyMap<string, string>;
}

/** The queue that the stage has outcomes put on. */
export const outcomesQueue = 'outcomes';

/** Between two reads that showed nothing, or failed. */
const restMs = 200;

const page = z.object({
  items: z.array(z.looseObject({ id: z.string(), sequence: z.number() })),
  next: z.string(),
});

export async function openFollowers({ server, apiUrl, apiKeys }: FollowersOptions): Promise<Followers> {
  const told = new Map<string, string>();
  let requests = 0;
  const receiver = await openReceiver({
    answer: ({ headers, body }, response) => {
      requests += 1;
      const fails = requests % 3 === 0;
      if (!fails) told.set(headers['webhook-id'] ?? '', body);
      response.writeHead(fails ? 500 : 204).end();
    },
  });
  await hear(apiUrl(), apiKeys.get('operator') ?? '', receiver.url);
  let isClosed = false;
  const isOver = () => isClosed;
  const all: FollowedEvent[] = [];
  const own: FollowedEvent[] = [];
  const follow = async (reseller: string, seen: FollowedEvent[]): Promise<void> => {
    let next: string | undefined;
    while (!isOver()) {
      const read = await readPage(apiUrl(), apiKeys.get(reseller) ?? '', next).catch(() => undefined);
      for (const item of read?.items ?? [])
        seen.push({ id: item.id, sequence: item.sequence, text: JSON.stringify(item) });
      next = read?.next ?? next;
      if (!read || read.items.length === 0) await delay(restMs);
    }
  };
  const following = [follow('operator', all), follow('northwind', own)];
  const taken = new Set<string>();
  const taking = server.take(outcomesQueue, (id) => taken.add(id));
  return {
    all,
    own,
    taken,
    told,
    async close() {
      isClosed = true;
      await receiver.close();
      await Promise.all([...following, taking.close()]);
    },
  };
}

async function hear(url: string, key: string, receiver: string): Promise<void> {
  const answer = await fetch(`${url}/v1/webhook-endpoints`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url: receiver }),
  });
  if (answer.status !== 201) throw new Error(`POST /v1/webhook-endpoints: ${await answer.text()}`);
}

async function readPage(url: string, key: string, after: string | undefined): Promise<z.infer<typeof page>> {
  const query = new URLSearchParams({ limit: '500', ...(after !== undefined && { after }) });
  const answer = await fetch(`${url}/v1/events?${query.toString()}`, {
    headers: { authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`GET /v1/events answered ${answer.status}`);
  return page.parse(await answer.json());
}
