import { createPostgresBackend, withBackend } from 'bullmq';

/** A process that completes every job of a queue at once and does nothing else: what BullMQ in PostgreSQL alone takes. */
const [queue = '', connectionString = '', concurrency = ''] = process.argv.slice(2);

const { Worker } = withBackend(createPostgresBackend);
const worker = new Worker(queue, () => Promise.resolve({}), {
  connection: { connectionString, max: 10 },
  concurrency: Number(concurrency),
  autorun: false,
});
worker.on('error', (error) => process.stderr.write(`${error.message}\n`));
process.once('SIGTERM', () => void worker.close());
await worker.waitUntilReady();
await worker.run();
