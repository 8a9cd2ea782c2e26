import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { PublicJwk } from '#src/certificate/public-jwks.ts';
import { parseSigningKey, type SigningKey } from '#src/certificate/signing-key.ts';
import { parseVerifyingKeys } from '#src/certificate/verifying-keys.ts';
import { DatabaseUrlError, parseDatabaseUrl, placeOf as whereIs } from '#src/mechanisms/database-url.ts';
import { readEnvironmentFile } from '#src/mechanisms/environment-file.ts';
import { isNetwork } from '#src/mechanisms/networks.ts';
import { faultOfRedisAddresses, parseRedisAddress, splitRedisUrl } from '#src/mechanisms/redis-address.ts';

const metadata = z.object({ description: z.string(), absent: z.string() });

/**
 * Everything that can be set. A setting's variable is its name here in capitals: `httpPort` is HTTP_PORT. An empty
 * variable counts as absent. Messages complete the sentence "HTTP_PORT ..." and never quote the value, which may be
 * a secret.
 */
const schema = z.object({
  databaseUrl: z
    .string()
    .superRefine(databaseUrl)
    .optional()
    .meta(
      about(
        'PostgreSQL 15 or newer; also the folder of a socket, or several hosts with commas, of which the one is used that can be written to.',
        'an embedded PostgreSQL in DATA_DIRECTORY',
      ),
    ),
  databaseConnections: whole(12, 1_000)
    .optional()
    .meta(
      about(
        'Connections to PostgreSQL that a process opens at most; fewer than it would take make it wait.',
        '15 for `api`, 12 for `worker`, 20 for `start`',
      ),
    ),
  redisUrl: z
    .string()
    .transform(splitRedisUrl)
    .superRefine((nodes, context) => {
      const read = nodes.map(parseRedisAddress);
      const faults = read.filter((one) => typeof one === 'string');
      const together =
        faults.length > 0 ? undefined : faultOfRedisAddresses(read.filter((one) => typeof one !== 'string'));
      for (const message of together === undefined ? faults : [together]) context.addIssue(message);
    })
    .optional()
    .meta(
      about(
        'Redis 7.0 or newer, or Valkey: redis://, with TLS rediss://; a cluster by one or more of its nodes, with commas; Sentinels by redis+sentinel://host/primary.',
        'queues in PostgreSQL',
      ),
    ),
  redisCa: z
    .string()
    .refine(isReadable, 'must name a file that can be read: the certificate authority of Redis, as PEM')
    .optional()
    .meta(
      about(
        'File of the certificate authority that signed the certificate of Redis, as PEM.',
        'those that everybody knows',
      ),
    ),
  catalogPath: z
    .string()
    .default(fileURLToPath(new URL('../examples/catalog.json', import.meta.url)))
    .meta(about('The catalog of products and suites.', 'the shipped example catalog')),
  dataDirectory: z
    .string()
    .default('./data')
    .meta(about('Where the embedded PostgreSQL keeps its data.', './data')),
  httpHost: z.string().default('127.0.0.1').meta(about('Address to listen on.', '127.0.0.1')),
  httpPort: whole(0, 65_535).default(8080).meta(about('Port to listen on; 0 takes a free one.', '8080')),
  publicUrl: z
    .string()
    .transform((text) => text.replace(/\/+$/, ''))
    .refine(isPublicUrl, {
      error: 'must be a URL like https://licenses.example or https://example.com/licenses',
      abort: true,
    })
    .refine(
      (url) => !ownPaths.test(new URL(url).pathname),
      'must not have a path that begins as one of ours does',
    )
    .optional()
    .meta(
      about(
        'How browsers reach the API and its pages; may have a path, when a proxy shows them there.',
        'http://HTTP_HOST:HTTP_PORT',
      ),
    ),
  trustedProxies: z
    .string()
    .transform((list) => list.split(',').map((entry) => entry.trim()))
    .pipe(z.array(z.string().refine(isNetwork, 'must be addresses or networks like 10.0.0.0/8, with commas')))
    .optional()
    .meta(
      about(
        'Proxies whose `X-Forwarded-For`, `-Proto` and `-Prefix` count: addresses or networks, with commas.',
        'none',
      ),
    ),
  smtpUrl: address(['smtp:', 'smtps:'], 'a URL like smtp://user:password@host:587 or smtps://host')
    .optional()
    .meta(
      about(
        'The mail server; `smtps` speaks TLS from the start.',
        'each mail is a file in DATA_DIRECTORY/mail',
      ),
    ),
  mailFrom: z
    .string()
    .regex(
      /^(?:[^<>@\p{Cc}]{1,100} <[^\s<>@]{1,64}@[^\s<>@]{1,253}>|[^\s<>@]{1,64}@[^\s<>@]{1,253})$/u,
      'must be an address, or a name and an address as in Chancery <no-reply@example.com>',
    )
    .default('Chancery <no-reply@localhost>')
    .meta(about('Sender of the mails.', 'Chancery <no-reply@localhost>')),
  mailCertificates: z
    .enum(['on', 'off'], { error: 'must be on or off' })
    .default('on')
    .meta(about('Whether License Certificates are mailed to customers.', 'on')),
  operatorApiKey: z
    .string()
    .regex(
      /^[!-~]{24,200}$/,
      'must be 24 to 200 printable ASCII characters without spaces, as `openssl rand -hex 24` makes them; in .env, put one that holds a blank and `#` or a `$` in single quotes',
    )
    .optional()
    .meta(about('API key of the operator named `operator`.', 'only keys made by `chancery operator add`')),
  certificateSigningKey: z
    .string()
    .transform(signingKey)
    .optional()
    .meta(
      about(
        'Ed25519 private key that signs certificates: PKCS #8 PEM (\\n for line ends is understood), a JWK, or 32 bytes in base64url.',
        'one is made once and kept in PostgreSQL',
      ),
    ),
  certificateVerifyingKeys: z
    .string()
    .transform(verifyingKeys)
    .optional()
    .meta(
      about(
        'Public Ed25519 keys that signed earlier certificates: PEM blocks (\\n for line ends is understood), a JWK, or a key set as JSON.',
        'those that signed here, which PostgreSQL keeps',
      ),
    ),
  rateLimitPerMinute: whole(0, 1_000_000)
    .default(60_000)
    .meta(about('Requests per minute and API key; 0 is no limit.', '60000')),
  metricsAccess: z
    .enum(['open', 'operator'], { error: 'must be open or operator' })
    .default('open')
    .meta(
      about(
        'Who may read `/metrics` of the API: everybody, or with the key of an `operator`. The probe port of a worker is open.',
        'open',
      ),
    ),
  logLevel: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'must be fatal, error, warn, info, debug, trace or silent',
    })
    .default('info')
    .meta(about('The least important log lines to write.', 'info')),
  environmentName: z
    .string()
    .max(40, 'must have at most 40 characters')
    .default('local')
    .meta(about('Shown as a badge on the queue dashboard.', 'local')),
  workerConcurrency: whole(1, 10_000).default(350).meta(about('Messages in hand per queue.', '350')),
  batchSize: whole(1, 1_000).default(100).meta(about('Messages in one transaction, at most.', '100')),
  batchSlots: whole(1, 64).default(3).meta(about('Transactions at once.', '3')),
  certificateConcurrency: whole(1, 64).default(2).meta(about('Certificates rendered at once.', '2')),
  drainDeadlineSeconds: whole(1, 3_600)
    .default(20)
    .meta(about('How long a process that is told to stop may finish its work.', '20')),
  reconcileIntervalSeconds: whole(1, 86_400)
    .default(30)
    .meta(about('How often a worker looks for accepted messages that no queue holds.', '30')),
});

export type Configuration = Readonly<z.output<typeof schema>>;

export interface Setting {
  readonly variable: string;
  readonly description: string;
  /** What holds when the variable is absent, in words. */
  readonly absent: string;
}

/** For the README's table, help and `chancery doctor`; in the order in which a reader wants to hear of them. */
export const settings: readonly Setting[] = Object.entries(schema.shape).map(([name, field]) => {
  const { description, absent } = metadata.parse(field.meta());
  return { variable: variableOf(name), description, absent };
});

/** All faults at once. The values themselves are not in it. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly faults: readonly ConfigurationFault[];

  constructor(faults: readonly ConfigurationFault[]) {
    const lines = faults.map((fault) => `  ${fault.variable} ${fault.message}`);
    super(`The configuration (environment or .env) is wrong:\n${lines.join('\n')}`);
    this.faults = faults;
  }
}

export interface ConfigurationFault {
  readonly variable: string;
  /** Completes a sentence that begins with the variable. */
  readonly message: string;
}

/** Throws `ConfigurationError`. This file is the only one that reads the environment. */
export function readConfiguration(
  environment: Readonly<Record<string, string | undefined>> = rawEnvironment(),
): Configuration {
  const values = Object.keys(schema.shape).map((name) => {
    const text = environment[variableOf(name)]?.trim();
    return [name, text === '' ? undefined : text];
  });
  const parsed = schema.safeParse(Object.fromEntries(values));
  if (parsed.success) {
    return parsed.data;
  }
  const faults = parsed.error.issues.map((issue) => ({
    variable: variableOf(String(issue.path[0])),
    message: issue.message,
  }));
  // Each node of a list may have the same fault.
  const distinct = new Map(faults.map((fault) => [`${fault.variable} ${fault.message}`, fault]));
  throw new ConfigurationError([...distinct.values()]);
}

/** The environment as it is: for what works before, or in spite of, a configuration with faults. */
export function rawEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

/**
 * Adds the variables of a `.env` file to the environment, if there is one; those that are set already stay. It is read as Docker Compose
 * reads it. Throws `ConfigurationError` when it cannot be read, or names a setting almost: nothing may start on other servers than those
 * that were meant.
 */
export function loadEnvironmentFile(path = '.env'): void {
  if (!existsSync(path)) return;
  const { values, faults } = readEnvironmentFile(readFileSync(path), (name) => process.env[name]);
  const told = [
    ...faults.map(({ line, variable, message }) =>
      variable === undefined ? `line ${line} ${message}` : `line ${line}: ${variable} ${message}`,
    ),
    ...Object.keys(values).flatMap((name) => {
      const meant = settingAlmostNamed(name);
      return meant === undefined ? [] : [`names ${printable(name)}, which is no setting: ${meant} is`];
    }),
  ];
  if (told.length > 0) throw new ConfigurationError(told.map((message) => ({ variable: path, message })));
  for (const [name, value] of Object.entries(values)) process.env[name] ??= value;
}

function settingAlmostNamed(name: string): string | undefined {
  const likened = name.toUpperCase().replaceAll(/[.-]/g, '_');
  return settings.find(({ variable }) => variable === likened && variable !== name)?.variable;
}

function printable(name: string): string {
  return name.replaceAll(/[^!-~]/g, '?').slice(0, 80);
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where the ledger is, for people. */
export function placeOf({ databaseUrl, dataDirectory }: Configuration): string {
  if (databaseUrl === undefined) return `embedded PostgreSQL in ${resolve(dataDirectory)}`;
  return `PostgreSQL at ${whereIs(databaseUrl)}`;
}

function about(description: string, absent: string): z.infer<typeof metadata> {
  return { description, absent };
}

function variableOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

function whole(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, { error: message, abort: true })
    .transform(Number)
    .pipe(z.number().min(least, message).max(most, message));
}

function address(protocols: readonly string[], shape: string) {
  return z.string().refine(
    (text) => {
      const url = URL.parse(text);
      return url !== null && protocols.includes(url.protocol) && url.hostname !== '';
    },
    { error: `must be ${shape}`, abort: true },
  );
}

/** What an address of ours begins with: a path of PUBLIC_URL that does so, too, could not be told apart from them. */
const ownPaths = /^\/(?:v1|ops|docs|portal|health|metrics|\.well-known)(?:\/|$)/;

function isPublicUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') return false;
  const isPlain = url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  return isPlain && /^(?:\/[\w.~-]+)*\/?$/.test(url.pathname);
}

/** Where browsers reach this installation, without a slash at its end; on a port that was left to chance, what was said of it. */
export function publicUrlOf({ publicUrl, httpHost, httpPort }: Configuration): string {
  const host = httpHost.includes(':') ? `[${httpHost}]` : httpHost;
  return publicUrl ?? `http://${host}:${httpPort}`;
}

function databaseUrl(text: string, context: z.RefinementCtx<string>): void {
  try {
    parseDatabaseUrl(text);
  } catch (error) {
    if (!(error instanceof DatabaseUrlError)) throw error;
    context.addIssue(error.message);
  }
}

function verifyingKeys(text: string, context: z.RefinementCtx<string>): readonly PublicJwk[] {
  try {
    return parseVerifyingKeys(text.replaceAll('\\n', '\n'));
  } catch {
    context.addIssue(
      'must be public Ed25519 keys as PEM or JWK; `openssl pkey -in key.pem -pubout` prints that of a private key',
    );
    return z.NEVER;
  }
}

function signingKey(text: string, context: z.RefinementCtx<string>): SigningKey {
  try {
    return parseSigningKey(text.replaceAll('\\n', '\n'));
  } catch {
    // Not told further: what a parser says may quote the key.
    context.addIssue(
      'must be an Ed25519 private key as PKCS #8 PEM, JWK or 32 bytes in base64url; `openssl genpkey -algorithm ed25519` makes one',
    );
    return z.NEVER;
  }
}
