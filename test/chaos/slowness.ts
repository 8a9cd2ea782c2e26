import { setImmediate as turn } from 'node:timers/promises';

/** CPU that is used up to find out. */
const sampleMs = 500;

/**
 * How many times longer than its CPU work takes on this machine at the moment: 1 where nobody else wants the cores, about 2 where each of
 * them has a busy loop. To be asked before the work of one's own begins.
 */
export async function machineSlowness(): Promise<number> {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  for (;;) {
    const until = performance.now() + 5;
    while (performance.now() < until);
    await turn();
    const { user, system } = process.cpuUsage(before);
    const cpuMs = (user + system) / 1000;
    if (cpuMs >= sampleMs) return Math.max(1, (performance.now() - startedAt) / cpuMs);
  }
}
