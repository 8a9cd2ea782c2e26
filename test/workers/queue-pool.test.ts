import { expect, onTestFinished, test } from 'vitest';
import { onDatabase } from '#test/environment/admin.ts';
import { freshDatabase } from '#test/environment/database.ts';
import { QueuePool } from '#workers/queue-pool.ts';

async function open() {
  const { url, drop } = await freshDatabase();
  onTestFinished(drop);
  const pool = new QueuePool(url, 3);
  onTestFinished(() => pool.end());
  // Fails as often as its second parameter says with the state of its first, and then tells how often it was asked.
  await onDatabase(url, 'create sequence bullmq.asked');
  await onDatabase(
    url,
    `create function bullmq.flaky(state text, times int) returns bigint language plpgsql as $$
     declare n bigint := nextval('bullmq.asked');
     begin
       if n <= times then raise exception 'refused' using errcode = state; end if;
       return n;
     end $$`,
  );
  return pool;
}

const ask = (pool: QueuePool, state: string) =>
  pool.query<{ n: string }>('select flaky($1, 3) as n', [state]).then(({ rows }) => Number(rows[0]?.n));

test.each(['40P01', '40001'])('a statement that ends with %s is run again', async (state) => {
  expect(await ask(await open(), state)).toBe(4);
});

test('any other fault is told at once', async () => {
  const pool = await open();
  await expect(ask(pool, '22012')).rejects.toMatchObject({ code: '22012' });
  expect(await ask(pool, '22012').catch(() => 0)).toBe(0);
});

test('of jobs that end together, one that is not ours any more keeps no other from ending', async () => {
  const pool = await open();
  const add = (id: string, token: string) =>
    pool.query(
      `insert into job (queue, id, seq, name, state, lock_token, added_at_ms) values ('q', $1, nextval('job_seq'), 'n', 'active', $2, 0)`,
      [id, token],
    );
  for (const id of ['a', 'b', 'c']) await add(id, id === 'b' ? 'another' : 'mine');
  const complete = (id: string) =>
    pool.query('SELECT move_to_completed($1, $2, $3, $4::jsonb, $5, $6, $7, $8) AS finished_on', [
      'q',
      id,
      'mine',
      '{}',
      1,
      false,
      null,
      null,
    ]);
  const ended = await Promise.allSettled(['a', 'b', 'c'].map(complete));
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  const { rows } = await pool.query<{ id: string; state: string }>('select id, state from job order by id');
  expect(rows.map(({ id, state }) => `${id} ${state}`)).toEqual(['a completed', 'b active', 'c completed']);
});

test('ending many jobs while all in hand are looked over meets in no deadlock', async () => {
  const pool = await open();
  await pool.query(
    `insert into job (queue, id, seq, name, state, lock_token, locked_until_ms, added_at_ms)
     select 'q', n::text, n, 'n', 'active', 'mine', 9e12, 0 from generate_series(1, 400) as n`,
  );
  const ids = Array.from({ length: 400 }, (_, i) => String(400 - i));
  const sweeps = Array.from({ length: 30 }, (_, i) =>
    pool.query('SELECT id FROM move_stalled_jobs_to_wait($1, $2, $3, $4) AS t(id)', ['q', 20, 1000 + i, 0]),
  );
  const ends = ids.map((id) =>
    pool.query('SELECT move_to_completed($1, $2, $3, $4::jsonb, $5, $6, $7, $8) AS finished_on', [
      'q',
      id,
      'mine',
      '{}',
      1,
      false,
      null,
      null,
    ]),
  );
  await Promise.all([...sweeps, ...ends]);
  const { rows } = await pool.query(`select count(*)::int as n from job where state = 'completed'`);
  expect(rows).toEqual([{ n: 400 }]);
});
