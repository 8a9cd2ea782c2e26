import { UnrecoverableError } from 'bullmq';
import { z } from 'zod';
import { deliveriesQueue } from '#jobs/queues.ts';
import { backoffMs } from '#src/mechanisms/backoff.ts';
import { reading } from '#src/persistence/database.ts';
import { findDueEndpoints, type DueEndpoint } from '#src/persistence/deliveries.ts';
import { readRelay } from '#src/persistence/webhook-relay.ts';
import type { WebhookSender } from '#src/webhooks/sender.ts';
import { decidingFirst } from '#workers/deciding-first.ts';
import { createDeliverer } from '#workers/deliver.ts';
import { bodiesOf } from '#workers/delivery-bodies.ts';
import { jobFailure } from '#workers/job-failure.ts';
import type { OpenedWork, OwedJob, OwedWork, WebhookSettings, WorkContext } from '#workers/owed.ts';
import type { WorkerJob } from '#workers/queue-backend.ts';
import { openRelay } from '#workers/webhook-relay.ts';

const deliverV1 = z.strictObject({ endpoint: z.uuid() });

/** Endpoints that are being told something at once, in one process: one that is slow keeps one of these places. */
const endpointsAtOnce = 100;

/**
 * Deliveries that are owed to webhook endpoints. A job wakes somebody for an endpoint, who sends all that is due there; what the
 * receivers say is written to the deliveries' rows, and when to try again stands there, too. A job fails only when PostgreSQL does.
 */
export const deliveryWork: OwedWork = {
  noun: 'deliveries',
  mostWaiting: 2000,
  find: async (tx, { limit, skip }) => (await findDueEndpoints(tx, limit, skip)).map(deliveryJob),
  announced: ({ deliveries }) => deliveries.map(deliveryJob),
  open: ({ webhooks, ...context }) => (webhooks ? openDeliveries(webhooks, context) : { workers: [] }),
};

function deliveryJob({ endpoint, delivery, attempts }: DueEndpoint): OwedJob {
  const { queue, jobName } = deliveriesQueue;
  return { queue, name: jobName, jobId: `${delivery}-${attempts + 1}`, data: { endpoint } };
}

function openDeliveries(webhooks: WebhookSettings, context: Omit<WorkContext, 'webhooks'>): OpenedWork {
  const { backend, fulfillment, log } = context;
  const progress = context.progress.deliveries;
  const first = decidingFirst(context.progress);
  let sender: Promise<WebhookSender> | undefined;
  // Loaded at the start where somebody hears; otherwise when something is sent for the first time.
  const loadSender = () =>
    (sender ??= import('#src/webhooks/sender.ts').then(({ createWebhookSender }) =>
      createWebhookSender({ rule: webhooks.rule }),
    ));
  const prepared = readRelay(reading(fulfillment.database))
    .then(async ({ isHeard }) => void (isHeard && (await loadSender())))
    .catch((error: unknown) => {
      // Mostly PostgreSQL is away, which readiness tells; what is sent first tries again.
      log.warn({ err: error }, 'whether a webhook endpoint hears is not known yet');
    });
  const deliverer = createDeliverer({
    database: fulfillment.database,
    sender: loadSender,
    sealing: webhooks.sealing,
    bodiesOf: (target, deliveries) =>
      bodiesOf({ ...webhooks, database: fulfillment.database }, target, deliveries),
    log,
    meters: fulfillment.meters,
    first,
    // A receiver that takes its time is no standstill.
    alive: () => {
      progress.begun();
      progress.ended();
    },
  });
  const process = async (job: WorkerJob) => {
    const parsed = job.name === deliveriesQueue.jobName ? deliverV1.safeParse(job.data) : undefined;
    if (!parsed?.success)
      throw new UnrecoverableError(`INVALID_MESSAGE: the queue takes ${deliveriesQueue.jobName} jobs only.`);
    const { endpoint } = parsed.data;
    progress.begun();
    try {
      const counts = await deliverer.deliver(endpoint);
      log.info({ endpoint, ...counts }, 'job ended');
      return { endpoint, ...counts };
    } catch (error) {
      log.warn({ err: error, endpoint }, 'telling a webhook endpoint failed');
      throw jobFailure(error);
    } finally {
      progress.ended();
    }
  };
  const worker = backend.openWorker(deliveriesQueue.queue, process, {
    concurrency: endpointsAtOnce,
    backoff: backoffMs,
  });
  const relay = openRelay(fulfillment, log, () => first.isBusy());
  return {
    workers: [worker],
    stop() {
      relay.stop();
      deliverer.stop();
    },
    async close() {
      await relay.close();
      await deliverer.close();
      await prepared;
      await (await sender)?.close();
    },
  };
}
