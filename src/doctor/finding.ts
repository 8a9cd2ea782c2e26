/** Whatever can be wrong, or wants to be known. docs/runbook.md says of each what to do; a test compares the two. */
export const findingIds = [
  'catalog-unusable',
  'clocks-differ',
  'company-sign-in-away',
  'connections-too-few',
  'data-directory-unwritable',
  'deciding-fails',
  'durability-off',
  'embedded-postgresql-broken',
  'encoding-not-utf8',
  'events-off',
  'feed-file-left-alone',
  'feed-file-stays',
  'feed-folder-of-nobody',
  'feed-folder-unusable',
  'mail-refused',
  'mail-sender-local',
  'messages-stay-open',
  'names-not-printable',
  'no-operator',
  'node-too-old',
  'outcomes-queue-ours',
  'outcomes-wait',
  'pooler-shares-sessions',
  'postgresql-away',
  'postgresql-too-old',
  'public-url-unset',
  'queueing-fails',
  'queues-of-another',
  'queues-paused',
  'redis-away',
  'redis-forgets',
  'redis-not-persistent',
  'redis-rights',
  'redis-too-old',
  'rights-missing',
  'schema-not-current',
  'secrets-readable',
  'setting-wrong',
  'signing-key-in-database',
  'verifying-key-unknown',
  'webhook-secrets-shut',
  'webhooks-disabled',
  'webhooks-failing',
  'webhooks-wait',
] as const;

export type FindingId = (typeof findingIds)[number];

/** One thing that the doctor looked at. */
export interface DoctorFinding {
  readonly check: string;
  /** A `problem` keeps Chancery from working or endangers what it keeps; a `warning` wants to be known. */
  readonly verdict: 'ok' | 'warning' | 'problem';
  readonly message: string;
  /** Of a warning or problem: its line in the runbook. */
  readonly id?: FindingId;
  /** What to do about it. */
  readonly advice?: string;
}

export function ok(check: string, message: string): DoctorFinding {
  return { check, verdict: 'ok', message };
}

export function warning(id: FindingId, check: string, message: string, advice: string): DoctorFinding {
  return { check, verdict: 'warning', message, id, advice };
}

export function problem(id: FindingId, check: string, message: string, advice: string): DoctorFinding {
  return { check, verdict: 'problem', message, id, advice };
}
