import type { Configuration } from '#src/configuration.ts';
import { certificateFindings } from '#src/doctor/certificates.ts';
import { ok, problem, warning, type DoctorFinding } from '#src/doctor/finding.ts';
import { openMessagesFinding } from '#src/doctor/open-messages.ts';
import { examineOutcomes } from '#src/doctor/outcomes.ts';
import { pausedInPostgres } from '#src/doctor/paused.ts';
import { readServerReport, type ServerReport } from '#src/doctor/server-report.ts';
import { tryDeciding, tryQueueing } from '#src/doctor/trial.ts';
import { adviceForUnreachable } from '#src/doctor/unreachable.ts';
import { examineWebhooks } from '#src/doctor/webhooks.ts';
import { loadCatalog } from '#src/files/catalog-file.ts';
import { placeOf } from '#src/mechanisms/database-url.ts';
import { listOperators } from '#src/persistence/api-keys.ts';
import { openDatabase, reading, type Database } from '#src/persistence/database.ts';
import { pendingMigrations } from '#src/persistence/migrate.ts';
import { requireOwnSessions, SessionsSharedError } from '#src/persistence/session-pooling.ts';
import { connectionsOf } from '#workers/connections.ts';
import { stateOfQueueTables } from '#workers/prepare-queues.ts';

const oldestPostgres = 150_000;

/** Terms, acceptance and history are dated by PostgreSQL's clock; logs by ours. */
const mostSkewSeconds = 5;

/** PostgreSQL at `url`: the server, the schema, and what must be in it. */
export async function examineDatabase(
  url: string,
  configuration: Configuration,
): Promise<readonly DoctorFinding[]> {
  const place = placeOf(url);
  const report = await readServerReport(url).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  );
  if (report instanceof Error) {
    const why = report instanceof AggregateError ? String(report.errors[0]) : report.message;
    return [
      problem(
        'postgresql-away',
        'PostgreSQL',
        `${place} cannot be reached: ${why}`,
        adviceForUnreachable(report),
      ),
    ];
  }
  const sessions = await requireOwnSessions(url).catch((error: unknown) => error);
  if (sessions instanceof SessionsSharedError) {
    return [
      problem(
        'pooler-shares-sessions',
        'PostgreSQL',
        `${place} is a pooler that shares sessions: prepared statements, settings and LISTEN get lost, so nothing would be fulfilled`,
        'Set pool_mode = session for this database in PgBouncer, or connect to PostgreSQL itself.',
      ),
    ];
  }
  const database = openDatabase(url, { poolSize: 1, applicationName: 'chancery doctor' });
  try {
    return [
      ...serverFindings(place, report),
      connectionsFinding(report, configuration),
      ...(await schemaFindings(database, url, report, configuration)),
    ];
  } finally {
    await database.close();
  }
}

/** An API and a worker at least; two workers while one takes the place of another. */
function connectionsFinding(
  { mostConnections, usedConnections }: ServerReport,
  configuration: Configuration,
): DoctorFinding {
  const [api, worker] = (['api', 'worker'] as const).map((role) => connectionsOf(role, configuration).total);
  const needed = (api ?? 0) + 2 * (worker ?? 0);
  const left = mostConnections - usedConnections;
  const sum = `an api takes up to ${api}, a worker up to ${worker}; the server has ${left} for us`;
  return left >= needed
    ? ok('Connections', sum)
    : problem(
        'connections-too-few',
        'Connections',
        `${sum}, and an api and two workers take ${needed}`,
        'Raise max_connections (or the limit of the user or database), lower DATABASE_CONNECTIONS, or put PgBouncer in session mode before it.',
      );
}

function serverFindings(place: string, report: ServerReport): readonly DoctorFinding[] {
  const { versionNumber, version, encoding, unsafeSettings, skewSeconds } = report;
  const skew = Math.round(skewSeconds * 10) / 10;
  return [
    versionNumber >= oldestPostgres
      ? ok('PostgreSQL', `${place} answers, version ${version}`)
      : problem(
          'postgresql-too-old',
          'PostgreSQL',
          `${place} has version ${version}`,
          'Use PostgreSQL 15 or newer.',
        ),
    encoding === 'UTF8'
      ? ok('Encoding', 'UTF8')
      : problem(
          'encoding-not-utf8',
          'Encoding',
          `the database is encoded as ${encoding}`,
          'Create it with encoding UTF8: names come in every script.',
        ),
    unsafeSettings.length === 0
      ? ok('Durability', 'what is committed is on the disk')
      : problem(
          'durability-off',
          'Durability',
          `${unsafeSettings.map((name) => `${name} is off`).join(', ')}: accepted orders can be lost in a crash`,
          `Set ${unsafeSettings.map((name) => `${name} = on`).join(', ')}.`,
        ),
    Math.abs(skewSeconds) <= mostSkewSeconds
      ? ok('Clocks', `PostgreSQL's and this machine's differ by ${Math.abs(skew)} s`)
      : warning(
          'clocks-differ',
          'Clocks',
          `PostgreSQL's clock is ${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} this machine's; PostgreSQL's decides`,
          'Let both machines set their clocks by NTP.',
        ),
  ];
}

async function schemaFindings(
  database: Database,
  url: string,
  { mayCreate, mayWrite }: ServerReport,
  configuration: Configuration,
): Promise<readonly DoctorFinding[]> {
  const pending = await pendingMigrations(database);
  if (pending.length > 0) {
    return [
      mayCreate
        ? problem(
            'schema-not-current',
            'Schema',
            `not current: it lacks ${pending.join(', ')}`,
            'Run "chancery migrate".',
          )
        : problem(
            'schema-not-current',
            'Schema',
            `not current: it lacks ${pending.join(', ')}, and this user may not create tables`,
            'Grant CREATE on the schema, or run "chancery migrate" as the owner of the database.',
          ),
    ];
  }
  const hasQueues = configuration.redisUrl === undefined;
  const queues = hasQueues ? await stateOfQueueTables(database) : 'prepared';
  const catalog = await loadCatalog(configuration.catalogPath).catch(() => undefined);
  return [
    queues === 'missing'
      ? problem(
          'schema-not-current',
          'Schema',
          'the tables of the queues are missing or not current',
          'Run "chancery migrate".',
        )
      : ok('Schema', 'current'),
    mayWrite
      ? ok('Rights', 'this user may read and write')
      : problem(
          'rights-missing',
          'Rights',
          'this user may not write all tables',
          'As the owner: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO this user.',
        ),
    ...(catalog ? [await tryDeciding(database, catalog)] : []),
    ...(hasQueues && queues !== 'missing' ? await queueFindings(url) : []),
    await openMessagesFinding(database),
    await operatorFinding(database, configuration),
    ...(await certificateFindings(database, configuration)),
    ...(await examineWebhooks(database, configuration)),
    ...(await examineOutcomes(database, configuration)),
  ];
}

/** Of queues in PostgreSQL. */
async function queueFindings(url: string): Promise<readonly DoctorFinding[]> {
  const tried = await tryQueueing(url);
  return tried.verdict === 'ok' ? [tried, ...(await pausedInPostgres(url))] : [tried];
}

async function operatorFinding(database: Database, configuration: Configuration): Promise<DoctorFinding> {
  if (configuration.operatorApiKey !== undefined) {
    return ok('Operator', 'OPERATOR_API_KEY is set');
  }
  const live = (await listOperators(reading(database))).filter(({ keySince }) => keySince !== null);
  return live.length > 0
    ? ok('Operator', live.map(({ name }) => name).join(', '))
    : warning(
        'no-operator',
        'Operator',
        'there is none: nobody can decide holds over HTTP or see the dashboard',
        'Run "chancery operator add NAME".',
      );
}
