import { DatabaseError } from 'pg';
import { sqlState } from '#src/fulfillment/batch/repeating-transaction.ts';
import { IdentityTakenError } from '#src/fulfillment/batch/write-decisions.ts';
import { LocksOutdatedError } from '#src/persistence/locks.ts';
import { NoHostError } from '#src/persistence/reaching.ts';

/**
 * SQLSTATE classes and codes of faults that pass by themselves, or are the server's and not the message's: connection (08), resources
 * (53), operator intervention (57), the system around PostgreSQL (58), credentials that are being changed (28), transactions in each
 * other's way (40), a lock that was not to be had, a session ended for idling, a statement after one that failed, a standby before its
 * promotion (25006), a plan of before a migration (0A000), a database, table or right that is missing while somebody restores (3D000,
 * 42P01, 42501), a database that takes no connections while somebody works on it (55000). An internal error (XX) is not among them: a message may be what provokes it, and its neighbours must not share its fate.
 */
const passing = /^(?:08|53|57|58|28|40)|^(?:55P03|25P02|25P03|25006|23505|0A000|3D000|42P01|42501|55000)$/;

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
  if (error instanceof NoHostError) return true;
  const state = sqlState(error);
  if (state !== undefined && passing.test(state)) return true;
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && networkCodes.has(at.code)) return true;
    if (connectionSentences.test(at.message) || endsSession(at)) return true;
    if (at instanceof AggregateError && at.errors.some(isTransient)) return true;
  }
  return false;
}

/** What a server says, whatever its code, when it takes no session or ends one: nothing of a message provokes that. */
function endsSession(error: Error): boolean {
  return error instanceof DatabaseError && error.severity === 'FATAL' && !error.code?.startsWith('XX');
}
