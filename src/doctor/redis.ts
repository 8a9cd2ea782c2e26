import type { Configuration } from '#src/configuration.ts';
import { ok, problem, warning, type DoctorFinding } from '#src/doctor/finding.ts';
import { pausedFindings } from '#src/doctor/paused.ts';
import { withinDeadline } from '#src/mechanisms/within-deadline.ts';
import { workOffProbeJob } from '#workers/probe-job.ts';
import { createQueueBackend } from '#workers/queue-backend.ts';
import { ForeignQueuesError, type LedgerIdentity } from '#workers/queue-ownership.ts';
import type { QueueBackend } from '#workers/queue-types.ts';
import { evictionFault, oldestRedis, persistenceFault, type RedisReport } from '#workers/redis-report.ts';

const deadlineMs = 10_000;

/**
 * The Redis of REDIS_URL, by the same connections as a process opens: what is not well for the doctor is not well for a worker.
 * @param findLedger whose the queues are to be, if that can be found out
 */
export async function examineRedis(
  { redisUrl, redisCa }: Configuration,
  findLedger: () => Promise<LedgerIdentity | undefined>,
): Promise<readonly DoctorFinding[]> {
  if (redisUrl === undefined) return [ok('Redis', 'not configured: the queues live in PostgreSQL')];
  let fault: Error | undefined;
  const backend = createQueueBackend({
    redisUrl,
    redisCa,
    databaseUrl: '',
    ledger: await findLedger(),
    onError: (error) => (fault = error),
  });
  const host = hostsOf(redisUrl);
  try {
    if (!(await withinDeadline(backend.known(), deadlineMs))) throw fault ?? new Error('no answer');
    return [
      ...(await reports(backend, host)),
      await owner(backend, host),
      await work(backend, host, () => fault),
      ...(await pausedFindings(backend)),
    ];
  } catch (error) {
    return [
      problem(
        'redis-away',
        'Redis',
        `${host} cannot be ${isAway(fault ?? error) ? 'reached' : 'worked with'}: ${reasonOf(fault ?? error)}`,
        adviceFor(reasonOf(fault ?? error)),
      ),
    ];
  } finally {
    await backend.close();
  }
}

async function reports(backend: QueueBackend, host: string): Promise<readonly DoctorFinding[]> {
  const found = await backend.inspect();
  if (found.length > 0) return found.flatMap(findingsOf);
  return [
    warning(
      'redis-rights',
      'Redis',
      `${host} answers, but does not let this user ask INFO: whether it forgets jobs is not known`,
      'Let an administrator run: ACL SETUSER <user> +info',
    ),
  ];
}

function findingsOf(report: RedisReport): readonly DoctorFinding[] {
  const { address, product, version } = report;
  const eviction = evictionFault(report);
  const persistence = persistenceFault(report);
  return [
    Number.parseInt(version, 10) >= oldestRedis || product === 'Dragonfly'
      ? ok('Redis', `${address} answers: ${product} ${version}${report.isCluster ? ', in a cluster' : ''}`)
      : problem(
          'redis-too-old',
          'Redis',
          `${address} is ${product} ${version}`,
          `Use Redis ${oldestRedis}.0 or newer, or Valkey.`,
        ),
    eviction === undefined
      ? ok('Redis memory', `${address} throws nothing away (noeviction)`)
      : problem('redis-forgets', 'Redis memory', eviction, 'Start it with --maxmemory-policy noeviction.'),
    persistence === undefined
      ? ok('Redis persistence', `${address} writes an append-only file`)
      : warning(
          'redis-not-persistent',
          'Redis persistence',
          persistence,
          'Start it with --appendonly yes. What came over HTTP or by file is safe in PostgreSQL.',
        ),
  ];
}

async function owner(backend: QueueBackend, host: string): Promise<DoctorFinding> {
  try {
    await backend.claim(true);
    return ok('Queues', `those at ${host} are nobody else's`);
  } catch (error) {
    if (!(error instanceof ForeignQueuesError)) throw error;
    return problem('queues-of-another', 'Queues', error.message, 'Nothing starts on them before.');
  }
}

/** What a worker does, done once. */
async function work(
  backend: QueueBackend,
  host: string,
  fault: () => Error | undefined,
): Promise<DoctorFinding> {
  await workOffProbeJob(backend, deadlineMs, fault);
  return ok('Jobs', `one was added and worked off at ${host}`);
}

function hostsOf(urls: readonly string[]): string {
  return urls.map((url) => URL.parse(url)?.host ?? '').join(', ');
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message || error.name : String(error);
}

function isAway(error: unknown): boolean {
  return /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|no answer/.test(
    reasonOf(error),
  );
}

function adviceFor(reason: string): string {
  const permission = /run the '([^']+)' command/.exec(reason)?.[1];
  if (permission !== undefined)
    return `Let an administrator run: ACL SETUSER <user> +${permission.replace(/\|.*/, '')} (the runbook has all that is needed).`;
  if (/NOPERM/.test(reason)) return 'Give the user the rights and key patterns that the runbook lists.';
  if (/WRONGPASS|NOAUTH|invalid password|without any password/i.test(reason))
    return 'Correct user and password in REDIS_URL: redis://user:password@host, or redis://:password@host; % is written %25, @ %40, / %2F.';
  if (/certificate|self.signed|issuer/i.test(reason))
    return 'Set REDIS_CA to the file of the certificate authority, and use the name in REDIS_URL that the certificate is for.';
  if (/READONLY/.test(reason))
    return 'It is a replica: name its primary, or a name that follows it, in REDIS_URL.';
  if (/wrong version number|packet length|ECONNRESET|closed/i.test(reason))
    return 'Perhaps it speaks TLS, or does not: write rediss:// or redis:// accordingly.';
  return 'Start it, or correct REDIS_URL. Orders over HTTP are accepted meanwhile, but not fulfilled.';
}
