import type { Logger } from 'pino';
import type { Meters } from '#src/fulfillment/meters.ts';
import { reading, type Database } from '#src/persistence/database.ts';
import {
  claimDeliveries,
  endAttempts,
  releaseClaims,
  type ClaimedDelivery,
} from '#src/persistence/deliveries.ts';
import { findTarget, type EndpointTarget } from '#src/persistence/webhook-targets.ts';
import type { Sealing } from '#src/webhooks/sealing.ts';
import type { WebhookSender } from '#src/webhooks/sender.ts';
import { signatureHeaders } from '#src/webhooks/sign.ts';
import type { DecidingFirst } from '#workers/deciding-first.ts';
import { endedOf, noteEndings, outcomeOf, unsent, type Ended } from '#workers/delivery-endings.ts';

export interface DelivererOptions {
  readonly database: Database;
  readonly sender: () => Promise<WebhookSender>;
  readonly sealing: Sealing;
  /** The bodies of deliveries by their ids; one whose event is gone is missing. */
  readonly bodiesOf: (
    target: EndpointTarget,
    deliveries: readonly ClaimedDelivery[],
  ) => Promise<ReadonlyMap<string, string>>;
  readonly log: Logger;
  /** Counts attempts and endpoints that were disabled. */
  readonly meters?: Pick<Meters, 'deliveries' | 'endpointDisabled'>;
  /** Whom this gives way to. */
  readonly first?: Pick<DecidingFirst, 'turn' | 'spent'>;
  /** Called when an attempt has ended. */
  readonly alive?: () => void;
  /** What was claimed and not ended is taken again after this. 60 by default. */
  readonly claimSeconds?: number;
}

export interface Deliverer {
  /**
   * Sends what is due at an endpoint until nothing is. Where that is going on in this process already, it goes on once more instead.
   * Safe to call any number of times, in any number of processes.
   */
  deliver(endpoint: string): Promise<DeliveredCounts>;
  /** Makes no further attempt. */
  stop(): void;
  /** Stops, and ends after the attempts that are under way. */
  close(): Promise<void>;
}

export interface DeliveredCounts {
  readonly delivered: number;
  readonly failed: number;
}

/** Deliveries that are taken together; with the lanes and the time of an attempt they end well before the claim does. */
const takenAtOnce = 30;

/** Attempts at one endpoint at once, in one process. */
const lanes = 10;

/** A process that dies leaves its claims for so long; a round takes 30 / 10 attempts of 15 s at most. */
const usualClaimSeconds = 60;

/** An endpoint that always has more is left to a later turn then, and its job ends. */
const longestRunMs = 5000;

/** What is due again so soon is waited for here; the rest the reconciler finds. */
const waitedForSeconds = 60;

export function createDeliverer(options: DelivererOptions): Deliverer {
  const { database, claimSeconds = usualClaimSeconds } = options;
  const running = new Map<string, { again: boolean; readonly done: Promise<void> }>();
  const waiting = new Map<string, { readonly at: number; readonly timer: NodeJS.Timeout }>();
  let isClosing = false;
  const isOver = () => isClosing;

  const wakeAfter = (endpoint: string, seconds: number) => {
    const at = performance.now() + seconds * 1000;
    const planned = waiting.get(endpoint);
    if (isClosing || seconds > waitedForSeconds || (planned && planned.at <= at)) return;
    clearTimeout(planned?.timer);
    const timer = setTimeout(
      () => {
        waiting.delete(endpoint);
        deliverer.deliver(endpoint).catch((error: unknown) => {
          options.log.warn({ err: error, endpoint }, 'a delivery was not tried again; the reconciler will');
        });
      },
      // The server's clock and ours may differ a little.
      seconds * 1000 + 50,
    );
    timer.unref();
    waiting.set(endpoint, { at, timer });
  };
  /** @returns undefined when nothing was due */
  const round = async (endpoint: string): Promise<DeliveredCounts | undefined> => {
    await options.first?.turn(isOver);
    if (isOver()) return undefined;
    const tx = reading(database);
    const target = await findTarget(tx, endpoint);
    if (!target) return undefined;
    const claimed = await claimDeliveries(tx, endpoint, takenAtOnce, claimSeconds);
    if (claimed.length === 0) return undefined;
    options.first?.spent(claimed.length);
    const ended = await attemptAll(options, target, claimed, isOver);
    await endAttempts(
      tx,
      ended.map(({ ending }) => ending),
    );
    if (ended.length < claimed.length) {
      const attempted = new Set(ended.map(({ ending }) => ending.id));
      await releaseClaims(
        tx,
        claimed.flatMap(({ id }) => (attempted.has(id) ? [] : [id])),
      );
    }
    for (const [outcome, some] of Map.groupBy(ended, outcomeOf))
      options.meters?.deliveries(outcome, some.length);
    const delivered = ended.filter(({ ending }) => ending.state === 'delivered').length;
    const failed = ended.length - delivered;
    await noteEndings(options, target, ended);
    const soonest = Math.min(...ended.map(({ ending }) => ending.afterSeconds ?? Infinity));
    wakeAfter(endpoint, soonest);
    return { delivered, failed };
  };
  const run = async (endpoint: string, isAgain: () => boolean): Promise<DeliveredCounts> => {
    const begun = performance.now();
    let [delivered, failed] = [0, 0];
    for (let goesOn = true; goesOn && !isOver();) {
      const sent = await round(endpoint);
      delivered += sent?.delivered ?? 0;
      failed += sent?.failed ?? 0;
      goesOn = sent !== undefined || isAgain();
      if (!goesOn || performance.now() - begun < longestRunMs) continue;
      wakeAfter(endpoint, 0);
      break;
    }
    return { delivered, failed };
  };
  const deliverer: Deliverer = {
    async deliver(endpoint) {
      const other = running.get(endpoint);
      if (other) {
        other.again = true;
        return { delivered: 0, failed: 0 };
      }
      if (isClosing) return { delivered: 0, failed: 0 };
      const over = Promise.withResolvers<void>();
      const mine = { again: false, done: over.promise };
      running.set(endpoint, mine);
      try {
        return await run(endpoint, () => {
          const isAgain = mine.again;
          mine.again = false;
          return isAgain;
        });
      } finally {
        running.delete(endpoint);
        over.resolve();
      }
    },
    stop() {
      isClosing = true;
      for (const { timer } of waiting.values()) clearTimeout(timer);
    },
    async close() {
      deliverer.stop();
      await Promise.all([...running.values()].map(({ done }) => done));
    },
  };
  return deliverer;
}

async function attemptAll(
  options: DelivererOptions,
  target: EndpointTarget,
  claimed: readonly ClaimedDelivery[],
  isStopped: () => boolean,
): Promise<readonly Ended[]> {
  const { sealing, alive = () => {} } = options;
  const secrets = target.secrets.flatMap((sealed) => sealing.open(sealed, target.id) ?? []);
  const bodies = await options.bodiesOf(target, claimed);
  const sender = await options.sender();
  const rest = [...claimed];
  const ended: Ended[] = [];
  let isGone = false;
  const lane = async () => {
    for (let delivery = rest.shift(); delivery && !isGone && !isStopped(); delivery = rest.shift()) {
      const at = new Date();
      const body = bodies.get(delivery.id);
      const sent =
        secrets.length === 0
          ? unsent('The secret cannot be opened with the keys that are configured; rotate it.')
          : body === undefined
            ? unsent('The event was removed after 30 days.')
            : await sender.send({
                url: target.url,
                headers: signatureHeaders({ id: delivery.event, at, body }, secrets),
                body,
              });
      alive();
      isGone ||= sent.status === 410;
      ended.push(endedOf(delivery, at, sent, body === undefined));
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, claimed.length) }, lane));
  return ended;
}
