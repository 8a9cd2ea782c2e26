import { statement, type Transaction } from '#src/persistence/database.ts';

/** What waits for a person or a server, and what the last look at the books found. */
export interface WaitingCounts {
  readonly holds: readonly { readonly code: string; readonly count: number }[];
  /** Age of the oldest hold that is open; 0 when there is none. */
  readonly oldestHoldSeconds: number;
  /** Messages that could not be recorded, neither replayed nor set aside; counted up to `mostCounted`. */
  readonly rejected: number;
  readonly queuedMails: number;
  readonly failedMails: number;
  /** Files of the drop folder that are taken and not put away. */
  readonly feedFiles: number;
  /** Since the oldest of them was taken; 0 when there is none. */
  readonly oldestFeedFileSeconds: number;
  /** Undefined when nobody has looked yet. */
  readonly books:
    { /** Seconds since 1970. */ readonly checkedAt: number; readonly contradictions: number } | undefined;
}

/** More than these waiting are told as so many. */
const mostCounted = 100_000;

/** Reads indexes of what waits alone, whatever has ended: fit for every scrape. */
export async function countWaiting(tx: Transaction): Promise<WaitingCounts> {
  const [holds, [rest], [books]] = await Promise.all([
    statement<WaitingCounts['holds'][number]>(
      tx,
      `select code, count(*)::integer as count
       from (select code from hold where decision is null limit $1) as waiting group by code`,
      [mostCounted],
    ),
    statement<Omit<WaitingCounts, 'holds' | 'books'>>(
      tx,
      `select coalesce((select extract(epoch from now() - held_at)::float8 from hold where decision is null order by id limit 1), 0)
         as "oldestHoldSeconds",
       (select count(*)::integer from (select from rejected_message where replayed_at is null and set_aside_at is null limit $1) as counted)
         as rejected,
       (select count(*)::integer from (select from mail where status = 'queued' limit $1) as counted) as "queuedMails",
       (select count(*)::integer from (select from mail where status = 'failed' limit $1) as counted) as "failedMails",
       (select count(*)::integer from feed_file where state in ('importing', 'imported')) as "feedFiles",
       coalesce((select extract(epoch from now() - min(taken_at))::float8 from feed_file where state in ('importing', 'imported')), 0)
         as "oldestFeedFileSeconds"`,
      [mostCounted],
    ),
    statement<NonNullable<WaitingCounts['books']>>(
      tx,
      `select extract(epoch from checked_at)::float8 as "checkedAt", contradictions from books_check`,
    ),
  ]);
  if (!rest) throw new Error('PostgreSQL did not count.');
  return { holds, ...rest, books };
}

/** Remembers what a look at the books found. @param contradictions kinds of them */
export async function recordBooksCheck(tx: Transaction, contradictions: number): Promise<void> {
  await statement(
    tx,
    `insert into books_check (contradictions) values ($1)
     on conflict (only_one) do update set checked_at = now(), contradictions = excluded.contradictions`,
    [contradictions],
  );
}
