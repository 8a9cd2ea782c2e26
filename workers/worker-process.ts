import type { Logger } from 'pino';
import type { SigningKey } from '#src/certificate/signing-key.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { recordOf } from '#src/mechanisms/records.ts';
import { keepEvents } from '#workers/event-keeping.ts';
import { openLookout } from '#workers/lookout.ts';
import { openOutcomesRelay, type OutcomesSettings } from '#workers/outcomes-relay.ts';
import { watchOwed } from '#workers/owed-standstill.ts';
import { owedNames, owedWork, type OwedName } from '#workers/owed-work.ts';
import type { MailSettings, WebhookSettings, WorkerSizes } from '#workers/owed.ts';
import type { QueueBackend } from '#workers/queue-backend.ts';
import type { Queues } from '#workers/queues.ts';
import { reconcile, refill } from '#workers/reconciler.ts';
import { watchStandstill } from '#workers/standstill.ts';

/** A worker that takes no jobs though there are some is noticed by the third look. */
const countingIntervalMs = 10_000;

/** At rest every job leaves its queue empty; looking for more once a second costs nothing. */
const refillingMs = 1000;

/** The connections of all queues come back one after the other. */
const settlingMs = 500;

export interface WorkerProcessOptions {
  readonly sizes: WorkerSizes;
  readonly fulfillment: Fulfillment;
  readonly backend: QueueBackend;
  readonly queues: Queues;
  readonly signingKey: SigningKey;
  /** How mails are sent; absent, this process sends none and owes nobody a certificate by mail. */
  readonly mail?: MailSettings | undefined;
  /** How webhook endpoints are told; absent, this process tells none. */
  readonly webhooks?: WebhookSettings | undefined;
  /** Where outcomes go; absent: on no queue. */
  readonly outcomes?: OutcomesSettings | undefined;
  readonly log: Logger;
  /** The monotonic clock that a standstill is measured by, in milliseconds; by default the machine's. */
  readonly now?: () => number;
}

export interface WorkerProcess {
  /** A sentence when the queue server refuses to give jobs; it is asked again and again. */
  fault(): string | undefined;
  /** A sentence when work waits and none of it gets anywhere, or a worker has stopped: the process is to be started again. */
  standstill(): string | undefined;
  /**
   * Takes no further job, finishes those in hand and closes.
   * @returns whether all was finished before the deadline; what was not runs again elsewhere
   */
  close(deadlineMs: number): Promise<boolean>;
}

/** Starts listening to all queues, and the timer that finds what no queue holds. */
export function startWorkers({
  sizes,
  fulfillment,
  backend,
  queues,
  signingKey,
  mail,
  webhooks,
  outcomes,
  log,
  now,
}: WorkerProcessOptions): WorkerProcess {
  const watch = watchStandstill(queues, now);
  const context = { backend, fulfillment, sizes, signingKey, mail, webhooks, log, progress: watch.progress };
  const opened = recordOf(owedNames, (name) => owedWork[name].open(context));
  const workers = Object.values(opened).flatMap((work) => work.workers);
  for (const worker of workers) {
    void worker.run().catch((error: unknown) => {
      log.error({ err: error, queue: worker.name }, 'a worker stopped');
      watch.stopped(worker.name);
    });
  }
  const lookout = openLookout({
    intervalMs: sizes.reconcileIntervalSeconds * 1000,
    look: (olderThanSeconds, retried) => reconcile(fulfillment, queues, olderThanSeconds, log, retried),
    log,
  });
  const relay = outcomes && openOutcomesRelay({ fulfillment, backend, outcomes, log });
  const keeping = keepEvents(fulfillment, log);
  let returning: NodeJS.Timeout | undefined;
  // A queue server that comes back may have lost what it held, and has not got what was accepted meanwhile.
  backend.onConnected(() => {
    clearTimeout(returning);
    returning = setTimeout(() => lookout.look(), settlingMs);
  });
  let isClosing = false;
  const refilling = new Map<OwedName, NodeJS.Timeout>();
  const refillSoon = (name: OwedName) => {
    if (isClosing || refilling.has(name)) return;
    const again = setTimeout(() => {
      refilling.delete(name);
      refill(fulfillment, queues, name).catch((error: unknown) =>
        log.warn({ err: error, work: name }, 'no further work was queued; the reconciler will do it'),
      );
    }, refillingMs);
    refilling.set(name, again);
  };
  for (const name of owedNames) {
    if (owedWork[name].mostWaiting === undefined) continue;
    for (const worker of opened[name].workers) worker.on('drained', () => refillSoon(name));
  }
  const owed = watchOwed(fulfillment.database, queues, now);
  const counting = setInterval(() => {
    void watch.count();
    void owed.count();
  }, countingIntervalMs);
  return {
    fault() {
      for (const worker of workers) {
        const fault = worker.fault();
        if (fault !== undefined) return `The queue server gives no jobs of ${worker.name}: ${fault}`;
      }
      return undefined;
    },
    standstill: () => watch.standstill() ?? owed.standstill(),
    async close(deadlineMs) {
      isClosing = true;
      lookout.close();
      clearInterval(counting);
      clearTimeout(returning);
      for (const timer of refilling.values()) clearTimeout(timer);
      for (const work of Object.values(opened)) work.stop?.();
      const drained = Promise.all([
        ...workers.map((worker) => worker.close()),
        relay?.close(),
        keeping.close(),
      ]).then(() => true);
      const deadline = new Promise<boolean>((resolve) =>
        setTimeout(() => resolve(false), deadlineMs).unref(),
      );
      const finished = await Promise.race([drained, deadline]);
      if (!finished) void Promise.all(workers.map((worker) => worker.close(true))).catch(() => {});
      await Promise.all(Object.values(opened).map(async (work) => work.close?.()));
      return finished;
    },
  };
}
