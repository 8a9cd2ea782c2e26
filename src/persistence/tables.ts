import { ledgerTables } from '#src/persistence/ledger-tables.ts';
import type { Columns } from '#src/persistence/row-source.ts';

/**
 * Every table, in the one place from which select lists, row sources, inserts, updates and MikroORM's entities are made. A property is its
 * column's name in camel case. What else holds (keys between tables, checks, indexes, defaults) the migrations say; a test lets MikroORM
 * compare the two.
 */
export const tables = {
  ...ledgerTables,
  api_key: {
    id: 'uuid key',
    holderKind: 'text',
    holder: 'text',
    hash: 'bytea',
    createdAt: 'timestamptz',
    revokedAt: 'timestamptz?',
  },
  rejected_message: {
    id: 'uuid key',
    queue: 'text',
    jobName: 'text',
    code: 'text',
    message: 'text',
    errors: 'jsonb',
    content: 'jsonb',
    fingerprint: 'bytea',
    acceptedFingerprint: 'bytea?',
    count: 'integer',
    firstAt: 'timestamptz',
    lastAt: 'timestamptz',
    replayedAt: 'timestamptz?',
  },
  idempotency_key: {
    holder: 'text key',
    key: 'text key',
    fingerprint: 'bytea',
    message: 'uuid',
    createdAt: 'timestamptz',
  },
  signing_key: { kid: 'text key', privateKey: 'text', createdAt: 'timestamptz', onlyOne: 'boolean' },
  certificate_key: { kid: 'text key', publicKey: 'text', signsSince: 'timestamptz' },
  web_session: {
    id: 'uuid key',
    tokenHash: 'bytea',
    kind: 'text',
    subject: 'text',
    credential: 'bytea?',
    data: 'jsonb',
    createdAt: 'timestamptz',
    lastSeenAt: 'timestamptz',
    endedAt: 'timestamptz?',
  },
  shared_secret: { name: 'text key', value: 'bytea' },
  catalog_seen: {
    fingerprint: 'bytea key',
    number: 'bigint',
    suites: 'text[]',
    products: 'text[]',
    firstSeenAt: 'timestamptz',
  },
  mail: {
    id: 'uuid key',
    kind: 'text',
    recipient: 'text',
    language: 'text',
    reference: 'text',
    about: 'jsonb',
    status: 'text',
    attempts: 'integer',
    createdAt: 'timestamptz',
    nextAttemptAt: 'timestamptz',
    claimedUntil: 'timestamptz?',
    handedOverAt: 'timestamptz?',
    endedAt: 'timestamptz?',
    fault: 'text?',
  },
  member: {
    account: 'text key',
    address: 'text key',
    addedAt: 'timestamptz',
    addedBy: 'text',
    removedAt: 'timestamptz?',
    removedBy: 'text?',
  },
  sign_in_code: {
    id: 'uuid key',
    address: 'text',
    purpose: 'text',
    session: 'uuid',
    account: 'text?',
    hmac: 'bytea',
    network: 'text',
    mailed: 'boolean',
    tries: 'integer',
    createdAt: 'timestamptz',
    endedAt: 'timestamptz?',
  },
  wrong_key_try: { id: 'uuid key', network: 'text', at: 'timestamptz' },
  ledger_identity: { id: 'uuid key', madeAt: 'timestamptz' },
} as const satisfies Readonly<Record<string, Columns>>;

export type TableName = keyof typeof tables;
