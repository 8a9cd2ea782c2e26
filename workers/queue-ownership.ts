import type { Cluster, Redis } from 'ioredis';
import { queueNames } from '#jobs/queues.ts';

/** Whose the queues in a Redis are: a ledger is a database, and a copy or a restored backup of it is the same. */
export interface LedgerIdentity {
  readonly id: string;
  /** Where it is, for people: no secrets. */
  readonly place: string;
  /** Nothing was ever accepted in it. */
  readonly isEmpty: boolean;
}

/** The queues are another ledger's: what waits on them must not be decided in this one. */
export class ForeignQueuesError extends Error {
  override readonly name = 'ForeignQueuesError';
}

/**
 * Makes the queues this ledger's, unless they are another's. Safe to repeat.
 * @param prefix of all keys
 * @param isLookOnly nothing is written
 * @throws ForeignQueuesError
 */
export async function claimQueues(
  redis: Redis | Cluster,
  prefix: string,
  ledger: LedgerIdentity,
  isLookOnly = false,
): Promise<void> {
  const key = ownerKey(prefix);
  const owner = await redis.get(key);
  if (owner === null) {
    // Before owners were written down, ended jobs are what another ledger leaves behind.
    if (ledger.isEmpty && (await haveBeenWorkedOff(redis, prefix)))
      throw new ForeignQueuesError(foreign(prefix, 'a ledger that holds orders', ledger));
    if (isLookOnly) return;
    const mine = `${ledger.id} ${new Date().toISOString().slice(0, 10)} ${ledger.place}`;
    if ((await redis.set(key, mine, 'NX')) === 'OK') return;
    return claimQueues(redis, prefix, ledger);
  }
  const [id, since, ...place] = owner.split(' ');
  if (id === ledger.id) return;
  throw new ForeignQueuesError(
    foreign(prefix, `the ledger in ${place.join(' ')} (since ${since ?? ''})`, ledger),
  );
}

/** Rejects when the server takes no writes, which answering alone does not tell. Changes nothing that is there. */
export async function tryWriting(redis: Redis | Cluster, prefix: string): Promise<void> {
  await redis.set(`${prefix}:written`, new Date().toISOString(), 'EX', 3600);
}

function ownerKey(prefix: string): string {
  return `${prefix}:ledger`;
}

function foreign(prefix: string, owner: string, { place }: LedgerIdentity): string {
  return (
    `The queues in this Redis belong to ${owner}, but DATABASE_URL leads to ${place}: their orders would be decided in the wrong place. ` +
    `Correct DATABASE_URL or REDIS_URL. If the queues are to be this ledger's from now on, empty them, or say so by ` +
    `"redis-cli del ${ownerKey(prefix)}" and, in a new ledger, by removing the ended jobs.`
  );
}

async function haveBeenWorkedOff(redis: Redis | Cluster, prefix: string): Promise<boolean> {
  const ended = queueNames.flatMap((name) => [`${prefix}:${name}:completed`, `${prefix}:${name}:failed`]);
  const counts = await Promise.all(ended.map((key) => redis.exists(key)));
  return counts.some((count) => count > 0);
}
