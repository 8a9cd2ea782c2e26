import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** The process of the embedded server that works in the folder. */
export async function serverPid(directory: string): Promise<number> {
  return Number((await readFile(join(directory, 'cluster', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Resolves when the process is gone; throws after two minutes. */
export async function gone(pid: number): Promise<void> {
  await eventually(`the end of process ${pid}`, 120_000, () => Promise.resolve(!isAlive(pid)));
}

/** Asks again and again until the answer is yes; an answer that fails counts as no. Throws at the deadline. */
export async function eventually(
  what: string,
  deadlineMs: number,
  isSo: () => Promise<boolean>,
  everyMs = 50,
): Promise<void> {
  const until = performance.now() + deadlineMs;
  for (let last: unknown; ; await delay(everyMs)) {
    try {
      if (await isSo()) return;
    } catch (error) {
      last = error;
    }
    if (performance.now() > until)
      throw new Error(`Waited ${deadlineMs / 1000} s for ${what}.`, { cause: last });
  }
}
