import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { faultOfRedisAddresses, parseRedisAddress, splitRedisUrl } from '#src/mechanisms/redis-address.ts';
import {
  about,
  address,
  databaseAddress,
  isIssuer,
  isPublicUrl,
  isReadable,
  networkList,
  ownPaths,
  sealingKeys,
  signingKey,
  verifyingKeys,
  whole,
} from '#src/settings/shapes.ts';

/**
 * Everything that can be set. A setting's variable is its name here in capitals: `httpPort` is HTTP_PORT. An empty
 * variable counts as absent. Messages complete the sentence "HTTP_PORT ..." and never quote the value, which may be
 * a secret.
 */
export const schema = z.object({
  databaseUrl: z
    .string()
    .superRefine(databaseAddress)
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
    .default(fileURLToPath(new URL('../../examples/catalog.json', import.meta.url)))
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
  trustedProxies: networkList()
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
  events: z
    .enum(['on', 'off'], { error: 'must be on or off' })
    .default('on')
    .meta(about('Whether events are written with decisions and certificates, for `GET /v1/events`.', 'on')),
  oidcIssuer: z
    .string()
    .refine(isIssuer, 'must be an https:// URL, as the issuer writes its name; http:// on this machine alone')
    .optional()
    .meta(
      about(
        'OpenID Connect issuer by which customers may sign in instead of by a mailed code; it must verify e-mail addresses. Its client leads back to `PUBLIC_URL/portal/oidc/callback`.',
        'sign-in by code alone',
      ),
    ),
  oidcClientId: z
    .string()
    .optional()
    .meta(about('Client that is registered at OIDC_ISSUER.', 'none; set it with OIDC_ISSUER')),
  oidcClientSecret: z
    .string()
    .optional()
    .meta(about('Secret of that client.', 'none; set it with OIDC_ISSUER')),
  webhookAllowedNetworks: networkList()
    .optional()
    .meta(
      about(
        'Networks that webhooks may reach although they are not public, and by `http:`, too: of the address that is connected to, with commas.',
        'none',
      ),
    ),
  webhookSealingKey: z
    .string()
    .transform(sealingKeys)
    .optional()
    .meta(
      about(
        'Key that the secrets of webhook endpoints are sealed with in PostgreSQL: 32 bytes or more in base64url, as `openssl rand -base64 32` makes them; earlier ones after a comma.',
        'one is made once and kept in PostgreSQL, where a whole backup holds both',
      ),
    ),
  outcomesQueue: z
    .string()
    .regex(
      /^[^:\p{Cc}\p{Cs}]{1,200}$/u,
      'must be a name for a BullMQ queue: 1 to 200 characters, no colon among them',
    )
    .optional()
    .meta(
      about(
        'BullMQ queue, beside our own, that each event is put on as a job `outcome.v1`, for systems that take jobs.',
        'events go on no queue',
      ),
    ),
  feedDirectory: z
    .string()
    .optional()
    .meta(
      about(
        "A drop folder that workers watch for resellers' files: `NAME/in/*.csv` and `*.ndjson`; may be a network mount.",
        'none is watched',
      ),
    ),
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
    .meta(about('Shown to operators at login, on the desk and the queue dashboard.', 'local')),
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
