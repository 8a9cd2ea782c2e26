import { evictionFault, persistenceFault, redisReport } from '#src/ops/redis-report.ts';
import type { System } from '#src/ops/system.ts';

/**
 * For readiness: rejects with a sentence when the queue server is away, or throws jobs away when its memory is full.
 * @returns a sentence on what can be lived with
 */
export async function checkQueueServer({
  queues,
  configuration,
}: Pick<System, 'queues' | 'configuration'>): Promise<string | undefined> {
  await queues.ping();
  const reports = await Promise.all((configuration.redisUrl ?? []).map((url) => redisReport(url)));
  const [fault] = reports.flatMap((report) => evictionFault(report) ?? []);
  if (fault !== undefined) throw new Error(fault);
  return reports.flatMap((report) => persistenceFault(report) ?? [])[0];
}
