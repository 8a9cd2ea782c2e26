import { EventEmitter } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '#test/chaos/stage/processes.ts';
import { onDatabase } from '#test/environment/admin.ts';
import { freshDatabase } from '#test/environment/database.ts';
import { SharedConnection } from '#workers/postgres-queues.ts';
import { QueuePool } from '#workers/queue-pool.ts';

test('a connection that ended before its end was listened for is not listened on', async () => {
  const { url, drop } = await freshDatabase();
  onTestFinished(drop);
  const pool = new QueuePool(url, 3);
  onTestFinished(() => pool.end());
  const connection = new SharedConnection(pool, () => {});
  onTestFinished(() => connection.close());
  const first = await connection.getListenClient();
  // As if BullMQ had not come to it yet.
  if (!(first instanceof EventEmitter)) throw new Error('The connection tells nothing.');
  first.removeAllListeners('error');
  first.on('error', () => {});
  await onDatabase(
    url,
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'chancery queues' and datname = current_database()`,
  );
  await eventually('the connection to end', 60_000, async () => pool.hasEnded(first));
  const second = await connection.getListenClient();
  expect(second).not.toBe(first);
  await second.query('listen somewhere');
  expect(await connection.getListenClient()).toBe(second);
});
