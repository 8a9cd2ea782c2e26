import { execFile } from 'node:child_process';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serverAccount } from '#src/embedded-postgres/account.ts';
import { serverEnvironment } from '#src/embedded-postgres/cluster.ts';
import { runServer, type RunningServer } from '#src/embedded-postgres/server.ts';
import { freePort } from '#test/environment/free-port.ts';

/** A primary and its standby by streaming replication; what the primary commits, the standby has before it is acknowledged. */
export interface ReplicatedPostgres {
  /** A superuser's, of both hosts: whichever can be written to. */
  readonly url: string;
  /** Kills the primary as a power cut does. */
  killPrimary(): void;
  /** Makes the standby the primary. */
  promoteStandby(): Promise<void>;
  stop(): Promise<void>;
}

/** From the programs in a folder. Whoever starts it stops it. */
export async function replicatedPostgres(programs: string): Promise<ReplicatedPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-replicated-'));
  const account = await serverAccount(join(folder, 'none'), () => {});
  if (account) await chown(folder, account.uid, account.gid);
  const program = (name: string, ...parameters: readonly string[]) =>
    promisify(execFile)(join(programs, name), parameters, { ...account, cwd: '/', env: serverEnvironment });
  const ports = { primary: await freePort(), standby: await freePort() };
  const run = (name: 'primary' | 'standby', settings: readonly string[]): Promise<RunningServer> =>
    runServer({
      postgres: join(programs, 'postgres'),
      cluster: join(folder, name),
      port: ports[name],
      // fsync is off on purpose: what survives is what the standby had.
      settings: ['fsync=off', 'wal_level=replica', 'hot_standby=on', ...settings],
      account,
      log: () => {},
    });
  await program(
    'initdb',
    '--pgdata',
    join(folder, 'primary'),
    '--username=chancery',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--lc-ctype=C.UTF-8',
  );
  const primary = await run('primary', ['synchronous_commit=remote_apply', 'synchronous_standby_names=*']);
  await program(
    'pg_basebackup',
    '--pgdata',
    join(folder, 'standby'),
    '--write-recovery-conf',
    '--wal-method=stream',
    '--checkpoint=fast',
    '--host=127.0.0.1',
    `--port=${ports.primary}`,
    '--username=chancery',
  );
  const standby = await run('standby', []);
  return {
    url: `postgresql://chancery:trusted@127.0.0.1:${ports.primary},127.0.0.1:${ports.standby}/postgres?target_session_attrs=read-write`,
    killPrimary: () => void process.kill(primary.pid, 'SIGKILL'),
    promoteStandby: async () => {
      await program('pg_ctl', 'promote', '--pgdata', join(folder, 'standby'), '--wait');
    },
    stop: async () => {
      await primary.stop().catch(() => {});
      await standby.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
