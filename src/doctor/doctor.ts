import { access, constants, mkdir, stat } from 'node:fs/promises';
import {
  ConfigurationError,
  loadEnvironmentFile,
  rawEnvironment,
  readConfiguration,
  type Configuration,
} from '#src/configuration.ts';
import { examineDatabase } from '#src/doctor/database.ts';
import { examineEmbedded } from '#src/doctor/embedded.ts';
import { examineFeedFolder } from '#src/doctor/feed-folder.ts';
import { ok, problem, warning, type DoctorFinding } from '#src/doctor/finding.ts';
import { configuredLedger } from '#src/doctor/ledger.ts';
import { examineMail } from '#src/doctor/mail.ts';
import { examineOidc } from '#src/doctor/oidc.ts';
import { examineRedis } from '#src/doctor/redis.ts';
import { CatalogError, loadCatalog } from '#src/files/catalog-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Node runs TypeScript as it is, without a warning, since this version. */
const oldestNode = [24, 12] as const;

/** Looks at everything that Chancery needs; a fault in one place does not keep it from looking at the others. */
export async function examine(environment?: Environment): Promise<readonly DoctorFinding[]> {
  const unread = environment === undefined ? faultsOfFile() : [];
  // Without it other servers would be looked at than those that were meant.
  if (unread.length > 0) return [examineNode(process.versions.node), ...unread];
  const { configuration, faults } = readAsFarAsPossible(environment);
  const databaseIsFaulty = faults.some(({ check }) => check === 'DATABASE_URL');
  const redisIsFaulty = faults.some(({ check }) => check === 'REDIS_URL' || check === 'REDIS_CA');
  const [database, catalog, folder, mail, oidc] = await Promise.all([
    databaseIsFaulty
      ? [
          problem(
            'setting-wrong',
            'PostgreSQL',
            'not looked at, since DATABASE_URL is wrong',
            'Correct DATABASE_URL first.',
          ),
        ]
      : configuration.databaseUrl === undefined
        ? examineEmbedded(configuration)
        : examineDatabase(configuration.databaseUrl, configuration),
    examineCatalog(configuration),
    examineDataDirectory(configuration),
    examineMail(configuration),
    examineOidc(configuration),
  ]);
  // After the others, as Redis: an embedded PostgreSQL that does not run is started for each of them.
  const feeds = await examineFeedFolder(configuration);
  const redis = redisIsFaulty
    ? [
        problem(
          'setting-wrong',
          'Redis',
          'not looked at, since REDIS_URL is wrong',
          'Correct REDIS_URL first.',
        ),
      ]
    : await examineRedis(configuration, () => configuredLedger(configuration));
  const settings =
    faults.length > 0 ? faults : [ok('Configuration', 'every variable that is set is understood')];
  const readable = environment === undefined ? await examineSecrecy() : [];
  return [
    examineNode(process.versions.node),
    ...settings,
    ...readable,
    catalog,
    ...database,
    ...redis,
    folder,
    ...mail,
    ...feeds,
    ...oidc,
  ];
}

/** Of the `.env` file, which is loaded when there are none. */
function faultsOfFile(): readonly DoctorFinding[] {
  try {
    loadEnvironmentFile();
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.faults.map(({ variable, message }) =>
      problem(
        'setting-wrong',
        variable,
        message,
        'Correct it; nothing starts before, and nothing else was looked at.',
      ),
    );
  }
}

/** Faulty variables are told and left out, so that the rest can be looked at. */
function readAsFarAsPossible(environment: Environment = rawEnvironment()): {
  readonly configuration: Configuration;
  readonly faults: readonly DoctorFinding[];
} {
  try {
    return { configuration: readConfiguration(environment), faults: [] };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const faulty = new Set(error.faults.map(({ variable }) => variable));
    const rest = Object.fromEntries(Object.entries(environment).filter(([name]) => !faulty.has(name)));
    const faults = error.faults.map(({ variable, message }) =>
      problem(
        'setting-wrong',
        variable,
        message,
        `Correct ${variable} in the environment or .env, or remove it.`,
      ),
    );
    return { configuration: readConfiguration(rest), faults };
  }
}

function examineNode(version: string): DoctorFinding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNewEnough = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  return isNewEnough
    ? ok('Node.js', version)
    : problem(
        'node-too-old',
        'Node.js',
        `${version} is older than ${oldestNode.join('.')}`,
        'Run it by the npm scripts, which bring their own Node.js.',
      );
}

/** Keys and passwords stand in it. Windows has other rights, which Node does not tell. */
async function examineSecrecy(file = '.env'): Promise<readonly DoctorFinding[]> {
  const found = process.platform === 'win32' ? undefined : await stat(file).catch(() => undefined);
  if (!found || (found.mode & 0o077) === 0) return [];
  const who = (found.mode & 0o007) === 0 ? 'its group' : 'everybody on this machine';
  return [
    warning(
      'secrets-readable',
      file,
      `${who} may read it, and secrets stand in it`,
      `chmod 600 ${file} leaves it to its owner.`,
    ),
  ];
}

async function examineCatalog({ catalogPath }: Configuration): Promise<DoctorFinding> {
  try {
    const { products, suites } = await loadCatalog(catalogPath);
    return ok('Catalog', `${catalogPath}: ${products.length} products, ${suites.length} suites`);
  } catch (error) {
    if (!(error instanceof CatalogError)) throw error;
    const [first = '', ...others] = error.faults;
    const more = others.length > 0 ? ` (and ${others.length} more)` : '';
    return problem(
      'catalog-unusable',
      'Catalog',
      `${catalogPath} cannot be used: ${first}${more}`,
      `"chancery catalog check ${catalogPath}" tells all of it; CATALOG_PATH names another file.`,
    );
  }
}

async function examineDataDirectory({ dataDirectory, databaseUrl }: Configuration): Promise<DoctorFinding> {
  try {
    await mkdir(dataDirectory, { recursive: true });
    await access(dataDirectory, constants.W_OK);
    return ok('Data directory', `${dataDirectory} can be written`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const advice = 'Give the folder to this user, or set DATA_DIRECTORY to another one.';
    return databaseUrl === undefined
      ? problem(
          'data-directory-unwritable',
          'Data directory',
          `${dataDirectory} cannot be written: ${why}`,
          advice,
        )
      : warning(
          'data-directory-unwritable',
          'Data directory',
          `${dataDirectory} cannot be written: the keys for checking certificates offline are not kept`,
          advice,
        );
  }
}
