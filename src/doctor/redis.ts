import { ok, problem, warning, type DoctorFinding } from '#src/doctor/finding.ts';
import {
  evictionFault,
  oldestRedis,
  persistenceFault,
  redisReport,
  type RedisReport,
} from '#src/doctor/redis-report.ts';

/** Every node that REDIS_URL names. */
export async function examineRedis(urls: readonly string[] | undefined): Promise<readonly DoctorFinding[]> {
  if (urls === undefined) return [ok('Redis', 'not configured: the queues live in PostgreSQL')];
  const found = await Promise.all(urls.map(examineNode));
  return found.flat();
}

async function examineNode(url: string): Promise<readonly DoctorFinding[]> {
  const { host } = new URL(url);
  let report: RedisReport;
  try {
    report = await redisReport(url, 5000);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [
      problem(
        'Redis',
        `${host} cannot be reached: ${why}`,
        'Start it, or correct REDIS_URL. Orders over HTTP are accepted meanwhile, but not fulfilled.',
      ),
    ];
  }
  const version = Number.parseInt(report.version, 10);
  const eviction = evictionFault(report);
  const persistence = persistenceFault(report);
  return [
    version >= oldestRedis
      ? ok('Redis', `${host} answers, version ${report.version}`)
      : problem(
          'Redis',
          `${host} has version ${report.version}`,
          `Use Redis ${oldestRedis}.0 or newer, or Valkey.`,
        ),
    eviction === undefined
      ? ok('Redis memory', `${host} throws nothing away (noeviction)`)
      : problem('Redis memory', eviction, 'Start it with --maxmemory-policy noeviction.'),
    persistence === undefined
      ? ok('Redis persistence', `${host} writes an append-only file`)
      : warning(
          'Redis persistence',
          persistence,
          'Start it with --appendonly yes. What came over HTTP or by file is safe in PostgreSQL.',
        ),
  ];
}
