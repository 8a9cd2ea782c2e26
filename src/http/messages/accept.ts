import type { MessageKind } from '#jobs/kinds.ts';
import { createHash } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import type { Message } from '#jobs/message.ts';
import { acceptMessages, type Acceptance } from '#src/fulfillment/batch/accept-messages.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { isTransient } from '#src/fulfillment/batch/transience.ts';
import type { Metrics } from '#src/watch/metrics.ts';
import { inTransaction } from '#src/persistence/database.ts';
import {
  findIdempotencyKeys,
  lockIdempotencyKeys,
  nameOf,
  rememberIdempotencyKeys,
  type IdempotencyKey,
} from '#src/persistence/idempotency.ts';
import { createCoalescer, type Coalescer } from '#src/mechanisms/coalescer.ts';

export interface Arrival {
  readonly message: Message;
  /** Whose API key brought it: `reseller northwind`. */
  readonly by: string;
  /** The `Idempotency-Key` header. */
  readonly idempotencyKey: string | undefined;
}

/** `reused`: the same idempotency key came with another message before, and nothing was recorded. */
export type Arrived = Acceptance | { readonly outcome: 'reused' };

export interface AcceptOptions {
  readonly fulfillment: Fulfillment;
  readonly enqueue: (kind: MessageKind, ids: readonly string[]) => Promise<void>;
  readonly log: FastifyBaseLogger;
  readonly metrics: Pick<Metrics, 'accepted'>;
}

/** Transactions at once: two may hang on locks while work goes on. A batch with idempotency keys uses two connections of the pool. */
const slots = 3;

/** A transaction takes a few milliseconds; one that takes longer waits for somebody's lock, or for the disk. */
const besideAfterMs = 20;

const largestBatch = 100;

/** Calls of the queue server under way at most: when it hangs, the reconciler finds what was not enqueued. */
const mostEnqueuing = 32;

/**
 * The HTTP intake: requests that arrive together are recorded in one transaction. A submission resolves when the message is durable;
 * the queue server is told afterwards and cannot delay or fail it.
 */
export function createAccept({
  fulfillment,
  enqueue,
  log,
  metrics,
}: AcceptOptions): Coalescer<Arrival, Arrived> {
  let enqueuing = 0;
  const tell = async (kind: MessageKind, ids: readonly string[]) => {
    if (ids.length === 0 || enqueuing >= mostEnqueuing) return;
    enqueuing += 1;
    try {
      await enqueue(kind, ids);
    } catch (error) {
      log.warn(
        { kind, messages: ids.length, cause: error instanceof Error ? error.name : 'unknown' },
        'the queue server is away; the reconciler will enqueue what was accepted',
      );
    } finally {
      enqueuing -= 1;
    }
  };
  const run = async (arrivals: readonly Arrival[]): Promise<readonly (Arrived | Failed)[]> => {
    const arrived = await acceptAll(fulfillment, arrivals);
    await fulfillment.at('between-accept-and-enqueue');
    const fresh = new Map<MessageKind, string[]>();
    for (const [i, { message }] of arrivals.entries()) {
      const one = arrived[i];
      if (one) metrics.accepted(message.kind, one.outcome);
      if (one?.outcome === 'accepted') fresh.set(message.kind, [...(fresh.get(message.kind) ?? []), one.id]);
    }
    for (const [kind, ids] of fresh) void tell(kind, ids);
    return arrived;
  };
  const coalescer = createCoalescer({ slots, largest: largestBatch, besideAfterMs, run });
  return {
    idle: () => coalescer.idle(),
    async submit(arrival) {
      const arrived = await coalescer.submit(arrival);
      if (arrived.outcome === 'failed') throw arrived.error;
      return arrived;
    },
  };
}

interface Failed {
  readonly outcome: 'failed';
  readonly error: unknown;
}

async function acceptAll(
  fulfillment: Fulfillment,
  arrivals: readonly Arrival[],
): Promise<readonly (Arrived | Failed)[]> {
  const keyed = arrivals.flatMap((arrival) => keyOf(arrival) ?? []);
  if (keyed.length === 0) return acceptByCaller(fulfillment, arrivals);
  // The keys stay locked until what they were used for is committed and remembered, so that of two bodies under one key one is refused.
  return inTransaction(fulfillment.database, async (tx) => {
    await lockIdempotencyKeys(tx, keyed);
    const used = new Map(await findIdempotencyKeys(tx, keyed));
    const reused = new Set<Arrival>();
    for (const arrival of arrivals) {
      const key = keyOf(arrival);
      if (!key) continue;
      const before = used.get(nameOf(key));
      if (before !== undefined && before !== key.fingerprint) reused.add(arrival);
      used.set(nameOf(key), before ?? key.fingerprint);
    }
    const admitted = arrivals.filter((arrival) => !reused.has(arrival));
    const acceptances = await acceptByCaller(fulfillment, admitted);
    const outcomes = new Map(admitted.map((arrival, i) => [arrival, acceptances[i]]));
    const uses = admitted.flatMap((arrival) => {
      const key = keyOf(arrival);
      const acceptance = outcomes.get(arrival);
      const recorded = acceptance?.outcome === 'accepted' || acceptance?.outcome === 'repeat';
      return key && recorded ? [{ ...key, message: acceptance.id }] : [];
    });
    await rememberIdempotencyKeys(tx, uses);
    return arrivals.map((arrival) => outcomes.get(arrival) ?? { outcome: 'reused' });
  });
}

/** One transaction per caller, since histories say who brought a message; under load from one reseller that is one. */
async function acceptByCaller(
  fulfillment: Fulfillment,
  arrivals: readonly Arrival[],
): Promise<readonly (Acceptance | Failed)[]> {
  const acceptances = new Map<Arrival, Acceptance | Failed>();
  for (const [by, group] of Map.groupBy(arrivals, (arrival) => arrival.by)) {
    const messages = group.map(({ message }) => message);
    const accepted = await acceptIsolated(fulfillment, messages, by);
    for (const [i, arrival] of group.entries()) {
      const acceptance = accepted[i];
      if (acceptance) acceptances.set(arrival, acceptance);
    }
  }
  return arrivals.flatMap((arrival) => acceptances.get(arrival) ?? []);
}

/** A message that breaks the work costs its neighbours nothing; what is transient fails all of them, to be sent again. */
async function acceptIsolated(
  fulfillment: Fulfillment,
  messages: readonly Message[],
  by: string,
): Promise<readonly (Acceptance | Failed)[]> {
  try {
    return await acceptMessages(fulfillment, messages, by);
  } catch (error) {
    if (isTransient(error) || messages.length === 1)
      return messages.map(() => ({ outcome: 'failed', error }));
    const acceptances: (Acceptance | Failed)[] = [];
    for (const message of messages) acceptances.push(...(await acceptIsolated(fulfillment, [message], by)));
    return acceptances;
  }
}

function keyOf({ message, by, idempotencyKey }: Arrival): IdempotencyKey | undefined {
  if (idempotencyKey === undefined) return undefined;
  const fingerprint = createHash('sha256').update(`${message.kind} ${message.fingerprint}`).digest('hex');
  return { holder: by, key: idempotencyKey, fingerprint };
}
