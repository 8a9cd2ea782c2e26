import { readFileSync } from 'node:fs';
import { createPostgresBackend, Queue, withBackend } from 'bullmq';

const { REDIS_URL, DATABASE_URL = urlOfNpmStart() } = process.env;
const queue = REDIS_URL
  ? new Queue('upgrade-orders', { connection: { url: REDIS_URL }, prefix: 'chancery' })
  : new (withBackend(createPostgresBackend).Queue)('upgrade-orders', {
      connection: DATABASE_URL,
      prefix: 'chancery',
    });

const job = await queue.add('upgrade-order.v1', {
  reseller: 'northwind',
  orderNumber: 'PO-2026-00124',
  placedAt: '2026-11-20T09:30:00Z',
  customer: { company: 'ACME GmbH', email: 'it@acme.example' },
  suite: 'SPC',
  seats: 250,
  term: 'P1Y',
});
console.log(`added as job ${job.id}`);
await queue.close();

/** The PostgreSQL that `npm start` keeps in ./data. */
function urlOfNpmStart() {
  if (process.env.REDIS_URL) return undefined;
  const port = readFileSync('data/cluster/postmaster.pid', 'utf8').split('\n')[3];
  return `postgresql://chancery:${readFileSync('data/password', 'utf8').trim()}@127.0.0.1:${port}/chancery`;
}
