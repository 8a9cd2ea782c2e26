import { setTimeout as delay } from 'node:timers/promises';
import { kinds, type MessageKind } from '#jobs/kinds.ts';
import type { QueueName } from '#jobs/queues.ts';
import type { Draft } from '#test/chaos/load/messages.ts';
import type { QueueServer } from '#test/chaos/stage/queue-server.ts';

/** How a delivery ended for the one who made it; a queue took it after the instant `at`, which it could lose if it is wiped later. */
export type Delivered =
  | { readonly by: 'queue'; readonly at: number }
  /** 202 or 200 with its id: durable in Postgres, whatever happens. */
  | { readonly by: 'http'; readonly id: string }
  | { readonly by: 'http'; readonly refused: number };

/** Delivers messages as programs outside do, and again until somebody has taken them. */
export interface Producers {
  /** Plain BullMQ, no options at all. */
  byQueue(draft: Draft): Promise<Delivered>;
  byHttp(draft: Draft): Promise<Delivered>;
  /** Whatever a program may put on a queue. @returns the job's id */
  byJob(queue: QueueName, name: string, data: unknown): Promise<string>;
  /** 503 answers, by whether they said when to come back. */
  readonly unavailable: { withRetryAfter: number; without: number };
  close(): Promise<void>;
}

export interface ProducersOptions {
  readonly server: QueueServer;
  /** Of the api process that runs at the moment. */
  readonly apiUrl: () => string;
  /** API key by reseller; under `operator` the operator's. */
  readonly apiKeys: ReadonlyMap<string, string>;
}

const paths = {
  'upgrade-order': '/v1/upgrade-orders',
  registration: '/v1/registrations',
  'merge-request': '/v1/merge-requests',
  'change-request': '/v1/change-requests',
} as const satisfies Record<MessageKind, string>;

/** A producer comes back after this. */
const againMs = 250;

export function openProducers({ server, apiUrl, apiKeys }: ProducersOptions): Producers {
  const opened = server.openProducers();
  const { queues } = opened;
  const unavailable = { withRetryAfter: 0, without: 0 };
  let isClosed = false;
  const untilTaken = async <T>(attempt: () => Promise<T | undefined>): Promise<T> => {
    for (;;) {
      try {
        const delivered = await attempt();
        if (delivered !== undefined) return delivered;
      } catch (error) {
        // Whoever was asked is away: the producer comes back.
        if (isClosed) throw error;
      }
      await delay(againMs);
    }
  };
  return {
    unavailable,
    byQueue: ({ kind, data }) =>
      untilTaken(async () => {
        const at = Date.now();
        await queues[kinds[kind].queue].add(kinds[kind].jobName, data);
        return { by: 'queue', at };
      }),
    byJob: (queue, name, data) => untilTaken(async () => (await queues[queue].add(name, data)).id),
    byHttp: ({ kind, data }) =>
      untilTaken(async () => {
        const key = apiKeys.get(typeof data['reseller'] === 'string' ? data['reseller'] : 'operator') ?? '';
        const response = await fetch(`${apiUrl()}${paths[kind]}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify(data),
          signal: AbortSignal.timeout(30_000),
        });
        const body: unknown = await response.json();
        if (response.status === 202 || response.status === 200) return { by: 'http', id: idOf(body) };
        if (response.status < 500) return { by: 'http', refused: response.status };
        if (response.status === 503) {
          if (response.headers.has('retry-after')) unavailable.withRetryAfter += 1;
          else unavailable.without += 1;
        }
        return undefined;
      }),
    async close() {
      isClosed = true;
      await opened.close();
    },
  };
}

function idOf(body: unknown): string {
  if (typeof body === 'object' && body !== null && 'id' in body && typeof body.id === 'string')
    return body.id;
  throw new Error('An accepted message was answered without its id.');
}
