import { setTimeout as delay } from 'node:timers/promises';
import { IdentityTakenError } from '#src/fulfillment/batch/write-decisions.ts';
import { inTransaction, type Database, type Transaction } from '#src/persistence/database.ts';
import { LocksOutdatedError } from '#src/persistence/locks.ts';

/** Neighbours that stand in each other's way need a second try, seldom a third. */
const mostAttempts = 8;

/** serialization_failure, deadlock_detected, and unique_violation: a code drawn twice, or an identity taken meanwhile. */
const worthRepeating = new Set(['40001', '40P01', '23505']);

/**
 * Runs the work in a transaction and repeats it as a whole, a bounded number of times, when another transaction got in its way.
 * What the work does outside the database happens as often as it runs.
 * @param work is told the accounts that it found to be in need of a lock before
 */
export async function repeatingTransaction<T>(
  database: Database,
  work: (tx: Transaction, farther: readonly string[]) => Promise<T>,
): Promise<T> {
  let farther: readonly string[] = [];
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inTransaction(database, (tx) => work(tx, farther));
    } catch (error) {
      if (attempt === mostAttempts || !isWorthRepeating(error)) throw error;
      if (error instanceof LocksOutdatedError) farther = [...farther, ...error.farther];
      await delay(Math.random() * 10 * 2 ** attempt);
    }
  }
}

function isWorthRepeating(error: unknown): boolean {
  if (error instanceof LocksOutdatedError || error instanceof IdentityTakenError) return true;
  const code = sqlState(error);
  return code !== undefined && worthRepeating.has(code);
}

/** The SQLSTATE of an error of PostgreSQL, however deep it is wrapped. */
export function sqlState(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && /^[0-9A-Z]{5}$/.test(at.code)) return at.code;
  }
  return undefined;
}
