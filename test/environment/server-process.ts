import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, vi } from 'vitest';

/** The process of the embedded server that works, or worked, in the folder. */
export async function serverPid(directory: string): Promise<number> {
  return Number((await readFile(join(directory, 'cluster', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

/** Resolves when the process is gone, and whoever adopted it has taken note. */
export async function gone(pid: number): Promise<void> {
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 120_000, interval: 20 });
}

/** The shells that wait for the starter's end; their first argument names the cluster. */
export async function watchersOf(directory: string): Promise<readonly number[]> {
  const watchers: number[] = [];
  for (const name of await readdir('/proc')) {
    const command = /^\d+$/.test(name) ? await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '') : '';
    if (command.startsWith('/bin/sh') && command.includes(`chancery-postgres ${directory}`)) {
      watchers.push(Number(name));
    }
  }
  expect(watchers).not.toHaveLength(0);
  return watchers;
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
