import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import type { Session } from '#src/commands/with-database.ts';
import { testEndpoint } from '#src/fulfillment/batch/deliveries.ts';
import { reading } from '#src/persistence/database.ts';
import { findDelivery, type DeliveryRow } from '#src/persistence/deliveries.ts';
import { openWebhooks } from '#src/process/webhooks.ts';
import { createWebhookSender } from '#src/webhooks/sender.ts';
import { createDeliverer } from '#workers/deliver.ts';
import { bodiesOf } from '#workers/delivery-bodies.ts';

/** A worker that was faster has sent it within this, or never will. */
const patienceMs = 20_000;

/** Sends an endpoint a test from here, with what else is due there; no worker has to run. @returns the delivery after its first attempt */
export async function sendTest({ database, configuration }: Session, id: string): Promise<DeliveryRow> {
  const webhooks = await openWebhooks(database, configuration);
  const made = await testEndpoint({ database, announce: () => {} }, 'all', id);
  if (made.outcome === 'unknown')
    throw new CommandError(
      `There is no endpoint "${id}"; "chancery webhook list" shows those that there are.`,
    );
  if (made.outcome !== 'made')
    throw new CommandError(`The endpoint is disabled; "chancery webhook enable ${id}" enables it.`);
  const sender = createWebhookSender({ rule: webhooks.rule });
  const deliverer = createDeliverer({
    database,
    sender: async () => sender,
    sealing: webhooks.sealing,
    bodiesOf: (target, deliveries) => bodiesOf({ ...webhooks, database }, target, deliveries),
    log: pino({ level: 'silent' }),
  });
  try {
    await deliverer.deliver(id);
    const until = performance.now() + patienceMs;
    for (;;) {
      const delivery = await findDelivery(reading(database), made.delivery.id, 'all');
      if (!delivery) throw new CommandError('The endpoint was removed meanwhile.');
      if (delivery.attempts.length > 0 || performance.now() > until) return delivery;
      await wait(100);
    }
  } finally {
    await deliverer.close();
    await sender.close();
  }
}
