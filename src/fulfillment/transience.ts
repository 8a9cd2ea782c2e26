import { sqlState } from '#src/fulfillment/repeating-transaction.ts';
import { IdentityTakenError } from '#src/fulfillment/write-decisions.ts';
import { LocksOutdatedError } from '#src/persistence/locks.ts';

/**
 * SQLSTATE classes and codes of faults that pass by themselves: connection (08), resources (53), operator intervention (57), a
 * lock that was not to be had, a session ended for idling, transactions in each other's way.
 */
const passing = /^(?:08|53|57|40)|^(?:55P03|25P03|23505)$/;

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** What the driver says without a code when its connection is gone. */
const connectionSentences =
  /connection terminated|timeout exceeded when trying to connect|connection error and is not queryable|client was closed|cannot use a pool after/i;

/** Whether the same work may succeed later without anybody mending anything: it is to be tried again, not reported as a fault of the message. */
export function isTransient(error: unknown): boolean {
  if (error instanceof LocksOutdatedError || error instanceof IdentityTakenError) return true;
  const state = sqlState(error);
  if (state !== undefined && passing.test(state)) return true;
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && networkCodes.has(at.code)) return true;
    if (connectionSentences.test(at.message)) return true;
    if (at instanceof AggregateError && at.errors.some(isTransient)) return true;
  }
  return false;
}
