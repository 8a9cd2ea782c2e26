import { expect, onTestFinished, test } from 'vitest';
import { freshDatabase } from '#test/environment/database.ts';
import { createQueueBackend } from '#workers/queue-backend.ts';
import { QueuePool } from '#workers/queue-pool.ts';

test('jobs that a worker whose clock was an hour ahead died with are done by another, on PostgreSQL', async () => {
  const { url, drop } = await freshDatabase();
  onTestFinished(drop);
  const backend = createQueueBackend({ redisUrl: undefined, databaseUrl: url, onError: () => {} });
  const queue = backend.openQueue('registrations');
  onTestFinished(() => queue.close());
  await queue.add('work', {}, { jobId: 'kept' });
  const pool = new QueuePool(url, 1);
  onTestFinished(() => pool.end());
  const { rows } = await pool.query(
    `update job set state = 'active', lock_token = 'gone',
       locked_until_ms = (extract(epoch from now() + interval '1 hour') * 1000)::bigint
     where queue = 'registrations' returning id`,
  );
  expect(rows).toEqual([{ id: 'kept' }]);
  // It was the last to look for such jobs, too.
  await pool.query(
    `insert into meta (queue, field, value)
     values ('registrations', 'stalled-check', ((extract(epoch from now() + interval '1 hour') * 1000)::bigint)::text)`,
  );
  const done = Promise.withResolvers<unknown>();
  const worker = backend.openWorker(
    'registrations',
    (job) => {
      done.resolve(job.id);
      return Promise.resolve({});
    },
    { concurrency: 1, backoff: () => 0 },
  );
  onTestFinished(() => worker.close());
  void worker.run();
  expect(await done.promise).toBe('kept');
}, 120_000);
