import type { Client, PoolConfig } from 'pg';
import type { DatabaseTarget } from '#src/mechanisms/database-url.ts';
import { clientTo } from '#src/persistence/pipelining-client.ts';
import { clientConfig } from '#src/persistence/reaching.ts';

/** What every pool of ours is opened with. @param session the statement that makes a connection one of ours, before any other */
export function poolConfig(
  target: DatabaseTarget,
  session: string,
): PoolConfig & { readonly Client: typeof Client } {
  return {
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    ...clientConfig(target),
    Client: clientTo(target),
    pipeline: true,
    // The pool waits for it, and passes its failure on to whoever wanted the connection.
    // oxlint-disable-next-line typescript/no-misused-promises -- see above
    onConnect: async (client) => {
      await client.query(session);
    },
  };
}
