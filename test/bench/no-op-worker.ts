import { backoffMs } from '#src/mechanisms/backoff.ts';
import { createQueueBackend } from '#workers/queue-backend.ts';

/** A process that completes every job of a queue at once and does nothing else: what BullMQ and Redis alone take. */
const [queue = '', redisUrl = '', concurrency = ''] = process.argv.slice(2);

const backend = createQueueBackend({
  redisUrl: [redisUrl],
  databaseUrl: '',
  onError: (error) => process.stderr.write(`${error.message}\n`),
});
const worker = backend.openWorker(queue, () => Promise.resolve({}), {
  concurrency: Number(concurrency),
  backoff: backoffMs,
});
process.once('SIGTERM', () => void worker.close());
await worker.run();
