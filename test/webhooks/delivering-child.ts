/** A process that delivers to one endpoint: told the database, the sealing key, the endpoint and its claims' seconds. */
import { pino } from 'pino';
import { networks } from '#src/mechanisms/networks.ts';
import { openDatabase } from '#src/persistence/database.ts';
import { addressRule } from '#src/webhooks/addresses.ts';
import { createSealing } from '#src/webhooks/sealing.ts';
import { createWebhookSender } from '#src/webhooks/sender.ts';
import { createDeliverer } from '#workers/deliver.ts';
import { bodiesOf } from '#workers/delivery-bodies.ts';

const [url = '', key = '', endpoint = '', claimSeconds = ''] = process.argv.slice(2);
const database = openDatabase(url);
const sender = createWebhookSender({ rule: addressRule(networks(['127.0.0.0/8']), true) });
const deliverer = createDeliverer({
  database,
  sender: async () => sender,
  sealing: createSealing([Buffer.from(key, 'hex')]),
  bodiesOf: (target, deliveries) =>
    bodiesOf({ database, publicUrl: 'https://licenses.example' }, target, deliveries),
  log: pino({ level: 'silent' }),
  claimSeconds: Number(claimSeconds),
});
await deliverer.deliver(endpoint);
await deliverer.close();
await sender.close();
await database.close();
