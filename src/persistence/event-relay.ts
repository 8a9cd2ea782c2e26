import { statement, type Database, type Transaction } from '#src/persistence/database.ts';
import { leastIdOf } from '#src/persistence/least-id.ts';

/** How far events have been passed on. */
export interface RelayState {
  /** The place of the last event that was passed on. */
  readonly position: string;
  /** Up to here nothing waits at the other end any more; at most `position`. */
  readonly settled: string;
  /** What was left at the other end at the last turn. */
  readonly mark: string | null;
}

/** The one that fills the outcomes queue. */
export const outcomesRelay = 'outcomes-queue';

/** Whether there is something to do: events that were not passed on, or that wait at the other end. */
export async function hasEventsToRelay({ pool }: Database, name: string): Promise<boolean> {
  const [row] = await statement<{ readonly some: boolean }>(
    pool,
    `select settled < position or exists (select from event where position is null)
       or exists (select from event where event.position > event_relay.position) as some
     from event_relay where name = $1`,
    [name],
  );
  return row?.some === true;
}

/** Takes a turn until the transaction ends. @returns undefined when another process has it */
export async function takeRelay(tx: Transaction, name: string): Promise<RelayState | undefined> {
  const [row] = await statement<RelayState>(
    tx,
    'select position, settled, mark from event_relay where name = $1 for update skip locked',
    [name],
  );
  return row;
}

/** Writes how far it has come; under its turn. */
export async function moveRelay(tx: Transaction, name: string, state: RelayState): Promise<void> {
  await statement(tx, 'update event_relay set position = $2, settled = $3, mark = $4 where name = $1', [
    name,
    state.position,
    state.settled,
    state.mark,
  ]);
}

/** The place just before the first of these events; null when none of them has one. */
export async function placeBefore(tx: Transaction, ids: readonly string[]): Promise<string | null> {
  const [row] = await statement<{ readonly place: string | null }>(
    tx,
    'select min(position) - 1 as place from event where id = any($1::uuid[])',
    [ids],
  );
  return row?.place ?? null;
}

/** Clocks of processes and server may differ by so much. */
const skewMs = 5 * 60_000;

/**
 * Goes back to where events since an instant are passed on again; never forward.
 * @param since RFC 3339
 * @returns how many events were written since
 */
export async function rewindRelay(tx: Transaction, name: string, since: string): Promise<number> {
  const leastId = leastIdOf(new Date(Date.parse(since) - skewMs).toISOString());
  const [row] = await statement<{ readonly count: number }>(
    tx,
    `with again as (
       select count(*)::integer as count, min(position) - 1 as place from event where id >= $2::uuid and made_at >= $3::timestamptz
     ), moved as (
       update event_relay set position = least(position, place), settled = least(settled, place)
       from again where name = $1 and place is not null
     )
     select count from again`,
    [name, leastId, since],
  );
  return row?.count ?? 0;
}

/** How long the oldest event has waited to be passed on; 0 when none has. */
export async function waitingToRelay(tx: Transaction, name: string): Promise<number> {
  const [row] = await statement<{ readonly seconds: number }>(
    tx,
    `select coalesce(extract(epoch from now() - least(
       (select made_at from event where event.position > event_relay.position order by event.position limit 1),
       (select made_at from event where position is null order by sequence limit 1)
     )), 0)::float8 as seconds from event_relay where name = $1`,
    [name],
  );
  return row?.seconds ?? 0;
}
