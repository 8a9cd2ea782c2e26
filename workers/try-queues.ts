import { Client } from 'pg';
import { certificatesQueue } from '#jobs/queues.ts';
import { newId } from '#src/mechanisms/new-id.ts';
import { connectionTo } from '#src/persistence/reaching.ts';
import { queueSchema } from '#workers/queue-pool.ts';

/** Adds a job as a producer does, takes and ends it as a worker does, and undoes it. @throws what PostgreSQL said */
export async function tryQueues(url: string): Promise<void> {
  const client = new Client({
    ...(await connectionTo(url)),
    connectionTimeoutMillis: 5000,
    query_timeout: 5000,
  });
  client.on('error', () => {});
  const queue = certificatesQueue.queue;
  const id = `doctor-${newId()}`;
  try {
    await client.connect();
    await client.query(`set search_path to ${queueSchema}`);
    await client.query('begin');
    await client.query('select * from add_jobs_bulk($1, $2::jsonb)', [
      queue,
      JSON.stringify([
        {
          queue,
          id,
          name: 'doctor',
          data: '{}',
          opts: {},
          priority: 0,
          delay: 0,
          timestamp: Date.now(),
          attempts: 1,
        },
      ]),
    ]);
    await client.query('select next_job_id($1)', [queue]);
    await client.query(
      `update job set state = 'active', lock_token = 'doctor', locked_until_ms = $3 where queue = $1 and id = $2`,
      [queue, id, Date.now() + 10_000],
    );
    await client.query(`select move_to_completed($1, $2, 'doctor', '{}'::jsonb, $3, false, null, null)`, [
      queue,
      id,
      Date.now(),
    ]);
    await client.query('delete from job where queue = $1 and id = $2', [queue, id]);
    await client.query(`insert into meta (queue, field, value) values ($1, $2, '')`, [queue, id]);
    await client.query('listen bullmq_jobs');
  } finally {
    await client.query('rollback').catch(() => {});
    await client.end().catch(() => {});
  }
}
