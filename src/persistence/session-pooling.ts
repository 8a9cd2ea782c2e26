import { Client } from 'pg';
import { connectionTo } from '#src/persistence/reaching.ts';

/** A pooler gives a session to whoever has a transaction, while ours must stay ours. */
export class SessionsSharedError extends Error {
  override readonly name = 'SessionsSharedError';

  constructor() {
    super(
      'DATABASE_URL leads to a connection pooler that shares sessions (PgBouncer: pool_mode = transaction or statement). ' +
        'Chancery keeps prepared statements, settings and LISTEN in its sessions, so nothing would ever be fulfilled: ' +
        'set pool_mode = session for this database, or connect to PostgreSQL itself.',
    );
  }
}

/** Looks this often; a pooler that other programs use may show itself by the second or third look. */
const looks = 5;

/** @throws SessionsSharedError; or what the server or the network said when it cannot be reached */
export async function requireOwnSessions(url: string): Promise<void> {
  const config = {
    ...(await connectionTo(url)),
    application_name: 'chancery',
    connectionTimeoutMillis: 5000,
    query_timeout: 5000,
  };
  const clients = [new Client(config), new Client(config)];
  for (const client of clients) client.on('error', () => {});
  try {
    for (const client of clients) await client.connect();
    const servers = new Set<string>();
    for (let look = 0; look < looks; look += 1) {
      for (const [i, client] of clients.entries()) {
        const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
        servers.add(`${i} ${rows[0]?.pid}`);
      }
    }
    // Two connections that stand have two servers, each the same one for good.
    const pids = new Set([...servers].map((server) => server.split(' ')[1]));
    if (servers.size !== 2 || pids.size !== 2) throw new SessionsSharedError();
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => {})));
  }
}
