import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serverAccount } from '#src/embedded-postgres/account.ts';
import { serverEnvironment } from '#src/embedded-postgres/cluster.ts';
import { runServer } from '#src/embedded-postgres/server.ts';
import { freePort } from '#test/environment/free-port.ts';
import { testServerSettings } from '#test/environment/services.ts';

/** The oldest PostgreSQL that the product promises to run on, from where Debian's package puts its programs. */
export const oldestPostgres = installedPostgres('/usr/lib/postgresql/15/bin');

export interface InstalledPostgres {
  readonly programs: string;
  /** Why it cannot be used here; null when it can. */
  readonly absence: string | null;
}

function installedPostgres(programs: string): InstalledPostgres {
  return { programs, absence: existsSync(join(programs, 'initdb')) ? null : `no PostgreSQL in ${programs}` };
}

export interface PostgresServer {
  /** A superuser's. */
  readonly url: string;
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** A new server from the programs in a folder, in a temporary place. Whoever starts it stops it. */
export async function startPostgres(
  programs: string,
  settings: readonly string[] = [],
  log: (line: string) => void = () => {},
): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-postgres-'));
  const cluster = join(folder, 'cluster');
  const account = await serverAccount(cluster, log);
  if (account) await chown(folder, account.uid, account.gid);
  await promisify(execFile)(
    join(programs, 'initdb'),
    [
      '--pgdata',
      cluster,
      '--username=chancery',
      '--auth=trust',
      '--encoding=UTF8',
      '--locale=C',
      '--lc-ctype=C.UTF-8',
    ],
    { ...account, cwd: '/', env: serverEnvironment },
  );
  const port = await freePort();
  const server = await runServer({
    postgres: join(programs, 'postgres'),
    cluster,
    port,
    settings: [...testServerSettings, ...settings],
    account,
    log,
  });
  return {
    url: `postgresql://chancery:trusted@127.0.0.1:${port}/postgres`,
    port,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
