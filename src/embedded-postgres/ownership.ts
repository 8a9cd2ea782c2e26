import { execFile } from 'node:child_process';
import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from '#src/embedded-postgres/embedded-postgres-error.ts';

const run = promisify(execFile);

/** Followed by the starter's process id, as the server's `cluster_name`: the server itself says who started it. */
export const clusterNamePrefix = 'chancery-';

/** An orphan gets SIGINT (fast) at once, and SIGQUIT (immediate) after the first of these. */
const orphanFastMs = 15_000;
const orphanImmediateMs = 7_000;

/**
 * Makes sure that no server works on the cluster any more. One whose starter lives is an error that names it. One
 * whose starter was killed is stopped: its own watcher is doing that already, unless it was killed as well. A
 * `postmaster.pid` that names a process which is no such server (a number used anew after a reboot, or in another
 * container) is removed, since PostgreSQL would refuse to start over it; over a dead process's it starts by itself.
 */
export async function releaseCluster(directory: string, log: (line: string) => void): Promise<void> {
  const cluster = join(directory, 'cluster');
  const lockFile = join(cluster, 'postmaster.pid');
  const pid = Number((await readFile(lockFile, 'utf8').catch(() => '')).split('\n')[0]);
  if (pid > 1) {
    const found = await serverProcess(pid, cluster);
    if (found === 'other') {
      log(`removing ${lockFile}: process ${pid} is not a PostgreSQL server of this cluster`);
      await rm(lockFile, { force: true });
    } else if (found !== 'none') {
      // A process whose starter has ended is handed to another parent.
      if (found.parent === found.starter) {
        throw new EmbeddedPostgresError(
          `${directory} is in use by process ${found.starter}, which runs the embedded PostgreSQL there. Stop ` +
            'that process first, or give this one another DATA_DIRECTORY.',
        );
      }
      log(`stopping PostgreSQL (process ${pid}), whose starter is gone`);
      await endOrphan(pid, cluster);
    }
  }
}

async function endOrphan(pid: number, cluster: string): Promise<void> {
  const urgings = [
    { signal: 'SIGINT', patienceMs: orphanFastMs },
    { signal: 'SIGQUIT', patienceMs: orphanImmediateMs },
  ] as const;
  for (const { signal, patienceMs } of urgings) {
    for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 50) {
      const found = await serverProcess(pid, cluster);
      if (found === 'none' || found === 'other') {
        return;
      }
      if (waitedMs === 0) {
        process.kill(pid, signal);
      }
      await delay(50);
    }
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL (process ${pid}) from an earlier run still works on ${cluster} and does not stop. End it by hand.`,
  );
}

type Found = { readonly parent: number; readonly starter: number } | 'other' | 'none';

/** Identified by its working folder, which a PostgreSQL server keeps at its cluster (on macOS: by its -D). */
async function serverProcess(pid: number, cluster: string): Promise<Found> {
  const place = await realpath(cluster);
  if (process.platform !== 'linux') {
    const line = await run('ps', ['-o', 'ppid=,command=', '-p', String(pid)]).then(
      ({ stdout }) => stdout.trim(),
      () => '',
    );
    if (line === '') {
      return 'none';
    }
    return line.includes(`-D ${place} `)
      ? { parent: Number.parseInt(line, 10), starter: starterOf(line) }
      : 'other';
  }
  // After the name in brackets, which may hold anything: state, parent, ...
  const status = (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).split(') ').at(-1)?.split(' ');
  if (status === undefined || status.length < 2 || status[0] === 'Z') {
    return 'none';
  }
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => null);
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return folder === place ? { parent: Number(status[1]), starter: starterOf(command) } : 'other';
}

function starterOf(command: string): number {
  return Number(new RegExp(`cluster_name=${clusterNamePrefix}(\\d+)`).exec(command)?.[1] ?? 0);
}
