import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#src/embedded-postgres/embedded-postgres.ts';
import { gone, isAlive, serverPid } from '#test/chaos/stage/processes.ts';
import { onDatabase, urlOfDatabase } from '#test/environment/admin.ts';

/** A PostgreSQL of our own with fsync on, as the product's embedded one, that can be taken away. */
export interface PostgresStage {
  /** Of the product's database. */
  readonly url: string;
  /** Of a database beside it, in which everything is replayed. */
  readonly replayUrl: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** kill -9 of the server: recovery from its log follows. */
  kill(): Promise<void>;
  /** Has it running, with all connections to be had. */
  mend(): Promise<void>;
  /** Ends every connection of the product to its database. @returns how many there were */
  terminateBackends(): Promise<number>;
  /** Takes every connection that can be had, theirs included. @returns gives them back */
  exhaustConnections(): Promise<() => Promise<void>>;
}

const product = 'chancery_under_test';
const replay = 'chancery_replayed';

export async function startPostgresStage(folder: string): Promise<PostgresStage> {
  const directory = join(folder, 'postgres');
  // Some for each process; more where the queues are here, too.
  const settings = ['max_connections=100'];
  const start = (port?: number) => startEmbeddedPostgres({ directory, port, settings, log: () => {} });
  let server: EmbeddedPostgres = await start();
  let giveBack = async () => {};
  const admin = server.url;
  const port = Number(new URL(admin).port);
  await onDatabase(admin, `create database ${product}`);
  await onDatabase(admin, `create database ${replay}`);
  // What is replayed can be replayed again: it need not be safe on disk.
  await onDatabase(admin, `alter database ${replay} set synchronous_commit = off`);
  return {
    url: urlOfDatabase(admin, product),
    replayUrl: urlOfDatabase(admin, replay),
    stop: () => server.stop(),
    async start() {
      server = await start(port);
    },
    async kill() {
      const pid = await serverPid(directory);
      process.kill(pid, 'SIGKILL');
      await gone(pid);
      await server.stop();
    },
    async mend() {
      await giveBack();
      const pid = await serverPid(directory).catch(() => 0);
      if (pid === 0 || !isAlive(pid)) server = await start(port);
    },
    terminateBackends: () => terminate(admin),
    async exhaustConnections() {
      const end = await exhaust(admin);
      giveBack = async () => {
        giveBack = async () => {};
        await end();
      };
      return giveBack;
    },
  };
}

async function terminate(admin: string): Promise<number> {
  const client = new Client({ connectionString: admin });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rowCount } = await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()',
      [product],
    );
    return rowCount ?? 0;
  } finally {
    await client.end();
  }
}

/** Whoever wants a connection now gets "too many clients already" (53300). */
async function exhaust(admin: string): Promise<() => Promise<void>> {
  const hogs: Client[] = [];
  const grab = async () => {
    const client = new Client({ connectionString: admin });
    client.on('error', () => {});
    await client.connect();
    hogs.push(client);
  };
  for (let refusals = 0; refusals < 3;) {
    await terminateFrom(hogs[0]);
    try {
      await grab();
    } catch {
      refusals += 1;
      await delay(50);
    }
  }
  return async () => {
    await Promise.all(hogs.map((client) => client.end().catch(() => {})));
  };
}

async function terminateFrom(client: Client | undefined): Promise<void> {
  await client?.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [product]);
}
