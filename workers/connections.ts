/** Connections to PostgreSQL that a process opens at most. */
export interface Connections {
  readonly ledger: number;
  /** Of the queues, when they live in PostgreSQL; one of them listens. */
  readonly queues: number;
  readonly total: number;
}

export type ProcessRole = 'api' | 'worker' | 'start' | 'feed';

/** What a process needs beside one for each transaction at once of its workers. */
const besides = {
  // The intake has three transactions at once, and as many more for idempotency keys; reads, pages and probes take the rest.
  api: 13,
  // Two that store certificates, the reconciler, the look for what else is owed, and probes.
  worker: 5,
  start: 13,
  // Two files at once, their leases, and the look.
  feed: 5,
} as const;

const queueConnections = { api: 2, worker: 4, start: 4, feed: 2 } as const;

/** DATABASE_CONNECTIONS lowers it; what waits for a connection then waits longer. */
export function connectionsOf(
  role: ProcessRole,
  { batchSlots, redisUrl, databaseConnections = Infinity }: ConnectionSettings,
): Connections {
  const queues = redisUrl === undefined ? queueConnections[role] : 0;
  const wanted = besides[role] + (role === 'api' || role === 'feed' ? 0 : batchSlots);
  const ledger = Math.min(wanted, databaseConnections - queues);
  return { ledger, queues, total: ledger + queues };
}

interface ConnectionSettings {
  readonly batchSlots: number;
  readonly redisUrl?: readonly string[] | undefined;
  readonly databaseConnections?: number | undefined;
}
