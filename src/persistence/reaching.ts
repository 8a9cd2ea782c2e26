import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { Client, type ClientConfig } from 'pg';
import { parseDatabaseUrl, type DatabaseHost, type DatabaseTarget } from '#src/mechanisms/database-url.ts';

/** What a connection is opened with: one of the target's hosts, and how it is encrypted. */
export interface Reached extends DatabaseHost {
  readonly ssl: ClientConfig['ssl'];
}

/** Before a host is given up for the next one. */
const hostDeadlineMs = 4000;

/** How long what was found stays true enough for further connections. */
const rememberedMs = 1000;

/** What the driver needs besides host and encryption. Nothing of it stands in the startup packet but user, database and the program's name. */
export function clientConfig(target: DatabaseTarget): ClientConfig {
  const { user, password, database, applicationName, connectTimeoutMs } = target;
  return {
    user,
    password,
    database,
    host: target.hosts[0]?.host,
    port: target.hosts[0]?.port,
    ...(target.sslMode !== undefined && { ssl: tlsOf(target) }),
    ...(applicationName !== undefined && { application_name: applicationName }),
    ...(connectTimeoutMs !== undefined && { connectionTimeoutMillis: connectTimeoutMs }),
  };
}

/** Whether the host and the encryption are known without asking anybody. */
export function isPlain({ hosts, sslMode }: DatabaseTarget): boolean {
  return hosts.length === 1 && sslMode !== 'prefer';
}

/**
 * Finds, for each connection, where to open it: of several hosts the first that can be written to, and for `sslmode=prefer` whether the
 * server encrypts.
 */
export function reaching(target: DatabaseTarget): () => Promise<Reached> {
  let found: { readonly reached: Promise<Reached>; readonly at: number } | undefined;
  return () => {
    if (!found || performance.now() - found.at > rememberedMs)
      found = { reached: reach(target), at: performance.now() };
    return found.reached;
  };
}

/** For one connection by itself, outside of a pool. */
export async function connectionTo(url: string): Promise<ClientConfig> {
  const target = parseDatabaseUrl(url);
  return { ...clientConfig(target), ...(isPlain(target) ? {} : await reach(target)) };
}

async function reach(target: DatabaseTarget): Promise<Reached> {
  const [first, ...others] = target.hosts;
  if (first && others.length === 0) return encrypted(target, first);
  const faults: unknown[] = [];
  for (const host of target.hosts) {
    try {
      const reached = await encrypted(target, host);
      await requireWritable(target, reached);
      return reached;
    } catch (error) {
      faults.push(error);
    }
  }
  const told = faults.map((fault, i) => {
    const { host, port } = target.hosts[i] ?? {};
    return `${host}:${port}: ${messageOf(fault)}`;
  });
  const fault = new NoHostError(`No host of DATABASE_URL can be written to (${told.join('; ')}).`, {
    cause: faults[0],
  });
  return Promise.reject(fault);
}

/** None of several hosts can be written to. */
export class NoHostError extends Error {
  override readonly name = 'NoHostError';
}

async function encrypted(target: DatabaseTarget, { host, port }: DatabaseHost): Promise<Reached> {
  const wants = target.sslMode !== 'prefer' || (!host.startsWith('/') && (await encrypts({ host, port })));
  return { host, port, ssl: wants ? tlsOf(target) : false };
}

async function requireWritable(target: DatabaseTarget, { host, port, ssl }: Reached): Promise<void> {
  const client = new Client({
    ...clientConfig(target),
    host,
    port,
    ssl,
    connectionTimeoutMillis: target.connectTimeoutMs ?? hostDeadlineMs,
    query_timeout: hostDeadlineMs,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ transaction_read_only: string }>('show transaction_read_only');
    if (rows[0]?.transaction_read_only === 'on')
      throw Object.assign(new Error('it is read-only'), { code: '25006' });
  } finally {
    await client.end().catch(() => {});
  }
}

/** Whether the server at `host` answers that it encrypts; PostgreSQL's SSLRequest, which needs no user. */
function encrypts({ host, port }: DatabaseHost): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.setTimeout(hostDeadlineMs, () =>
      socket.destroy(new Error(`${host} does not answer within ${hostDeadlineMs / 1000} s`)),
    );
    socket.once('connect', () => socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])));
    socket.once('data', (answer) => {
      resolve(answer.toString('latin1', 0, 1) === 'S');
      socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`${host} closed the connection`)));
  });
}

/** As PostgreSQL's own programs: `require` encrypts without asking who answers, unless authorities are named. */
function tlsOf({ sslMode, sslFiles }: DatabaseTarget): ClientConfig['ssl'] {
  if (sslMode === 'disable') return false;
  if (sslMode === undefined) return undefined;
  const files = Object.fromEntries(
    Object.entries(sslFiles).map(([name, file]) => [name, readFileSync(file, 'utf8')]),
  );
  const isChecked = sslMode.startsWith('verify') || (sslMode === 'require' && sslFiles.ca !== undefined);
  if (!isChecked) return { ...files, rejectUnauthorized: false };
  return sslMode === 'verify-full' ? { ...files } : { ...files, checkServerIdentity: () => undefined };
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
