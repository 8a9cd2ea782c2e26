import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { serverAccount } from '#src/embedded-postgres/account.ts';
import { reachableBinaries, removeBinariesCopy } from '#src/embedded-postgres/binaries.ts';
import { embeddedName, ensureCluster, removeUnfinishedClusters } from '#src/embedded-postgres/cluster.ts';
import { EmbeddedPostgresError } from '#src/embedded-postgres/embedded-postgres-error.ts';
import { releaseCluster } from '#src/embedded-postgres/ownership.ts';
import { runServer, type RunningServer } from '#src/embedded-postgres/server.ts';

export interface EmbeddedPostgres {
  /** Of the database `chancery`, as a superuser, on loopback; holds the password. */
  readonly url: string;
  /** Resolves when nothing is left running; 17 s at the most. Repeating is safe. */
  readonly stop: () => Promise<void>;
}

/**
 * A PostgreSQL server of our own, kept in `directory` (`cluster`, `password`) and found there again
 * by the next start. Writes are as safe as on any server: fsync and synchronous_commit are on unless `settings`
 * say otherwise. When this process ends without `stop`, be it by kill -9, the server shuts down in order at once.
 *
 * The programs come from the package `embedded-postgres`, whose own wrapper is not used: its exit hook ends the
 * process (and the server) upon the first signal, which cuts off draining, and replaces the exit code.
 *
 * `log` gets the server's own lines; by default they go to stderr. Throws `EmbeddedPostgresError`.
 */
export async function startEmbeddedPostgres(options: {
  readonly directory: string;
  readonly port?: number | undefined;
  readonly settings?: readonly string[] | undefined;
  readonly log?: ((line: string) => void) | undefined;
}): Promise<EmbeddedPostgres> {
  const directory = resolve(options.directory);
  const log = options.log ?? ((line) => process.stderr.write(`${line}\n`));
  await mkdir(directory, { recursive: true });
  const account = await serverAccount(join(directory, 'cluster'), log);
  await releaseCluster(directory, log);
  const binaries = await reachableBinaries(account);
  try {
    const { cluster, password } = await ensureCluster(directory, binaries.initdb, account);
    const { server, port } = await runOnPort(options.port, (port) =>
      runServer({
        postgres: binaries.postgres,
        cluster,
        port,
        settings: options.settings ?? [],
        account,
        log,
      }),
    );
    const stop = async () => {
      await server.stop();
      await removeBinariesCopy(binaries.copy);
    };
    try {
      await removeUnfinishedClusters(directory);
      return { url: await ensureDatabase(password, port), stop };
    } catch (error) {
      await server.stop();
      throw error;
    }
  } catch (error) {
    await removeBinariesCopy(binaries.copy);
    throw error;
  }
}

/** A free port can be taken between asking for it and the server's binding it; then another one is tried. */
async function runOnPort(
  wanted: number | undefined,
  start: (port: number) => Promise<RunningServer>,
): Promise<{ readonly server: RunningServer; readonly port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = wanted ?? (await freePort());
    try {
      return { server: await start(port), port };
    } catch (error) {
      const taken = error instanceof EmbeddedPostgresError && error.cause === 'PORT_TAKEN';
      if (!taken || wanted !== undefined || attempt === 5) {
        throw error;
      }
    }
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

async function ensureDatabase(password: string, port: number): Promise<string> {
  const server = `postgresql://${embeddedName}:${encodeURIComponent(password)}@127.0.0.1:${port}`;
  const client = new Client({ connectionString: `${server}/postgres` });
  await client.connect();
  try {
    const found = await client.query('select from pg_database where datname = $1', [embeddedName]);
    if (found.rowCount === 0) {
      await client.query(`create database ${client.escapeIdentifier(embeddedName)}`);
    }
  } finally {
    await client.end();
  }
  return `${server}/${embeddedName}`;
}
