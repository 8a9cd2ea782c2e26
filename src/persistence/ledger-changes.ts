import type { CauseKind } from '#jobs/kinds.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import type { Account, RegistrationKey } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';
import type { Reason } from '#src/domain/decision.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';
import { rowSource, type RowSource } from '#src/persistence/row-source.ts';

/** One change of a license's seats or validity, with its cause. */
export interface Grant {
  readonly license: string;
  /** 1 for the license's first, then counting. */
  readonly number: number;
  readonly causeKind: CauseKind;
  /** Id of the message, the decided hold, or the import run. */
  readonly cause: string;
  readonly registrationKey: string | null;
  /** After the change. */
  readonly seats: number;
  readonly validThrough: string;
}

export interface NewRegistrationKey extends RegistrationKey {
  readonly suiteSnapshot: string;
}

export interface NewCertificate {
  readonly message: string;
  readonly facts: CertificateFacts;
}

export interface NewHold {
  readonly id: string;
  readonly message: string;
  readonly reason: Reason;
}

/** All that a batch changes in the ledger beside the messages themselves. */
export interface LedgerChanges {
  readonly newAccounts: readonly Account[];
  readonly changedAccounts: readonly Account[];
  readonly newRegistrationKeys: readonly NewRegistrationKey[];
  readonly changedRegistrationKeys: readonly RegistrationKey[];
  readonly newLicenses: readonly License[];
  readonly changedLicenses: readonly License[];
  readonly grants: readonly Grant[];
  readonly certificates: readonly NewCertificate[];
  readonly holds: readonly NewHold[];
}

/** Writes a batch's changes with a fixed number of statements, whatever its size, in the order in which
 * they depend on each other. Once per transaction: codes and grants are unique. */
export async function writeLedgerChanges(tx: Transaction, changes: LedgerChanges): Promise<void> {
  const touched = [...changes.newRegistrationKeys, ...changes.changedRegistrationKeys];
  const byId = new Map(touched.map((key) => [key.id, key]));
  const keys = changes.changedRegistrationKeys.map((key) => keyRow(withLastAlias(key, byId)));
  const aliases = keys.filter(({ aliasOf }) => aliasOf !== null);
  const keysMayMove = changes.changedAccounts.some(({ mergedInto }) => mergedInto !== null);
  await Promise.all([
    write(tx, insertAccounts, changes.newAccounts),
    write(tx, updateAccounts, changes.changedAccounts),
    write(
      tx,
      insertRegistrationKeys,
      changes.newRegistrationKeys.map((key) => keyRow(withLastAlias(key, byId))),
    ),
    // An alias first, so that account and suite never have two active keys; those behind it then point where it points, in the same account.
    write(tx, updateRegistrationKeys, aliases),
    write(tx, repointAliases, keysMayMove ? keys : aliases),
    write(
      tx,
      updateRegistrationKeys,
      keys.filter(({ aliasOf }) => aliasOf === null),
    ),
    write(tx, insertLicenses, changes.newLicenses),
    write(tx, updateLicenses, changes.changedLicenses),
    write(tx, insertGrants, changes.grants),
    write(tx, insertCertificates, changes.certificates.map(certificateRow)),
    write(tx, insertHolds, changes.holds),
  ]);
}

interface Write<Column extends string> {
  readonly source: RowSource<Column>;
  readonly sql: string;
}

async function write<Column extends string>(
  tx: Transaction,
  { sql, source }: Write<Column>,
  rows: readonly Readonly<Record<Column, unknown>>[],
): Promise<void> {
  if (rows.length > 0) await statement(tx, sql, source.parameters(rows));
}

function writing<Column extends string>(
  source: RowSource<Column>,
  sql: (rows: string) => string,
): Write<Column> {
  return { source, sql: sql(source.sql) };
}

/** An alias points at a key that is none, in that key's account: several merges in one batch would leave a chain otherwise. */
function withLastAlias<Key extends RegistrationKey>(
  key: Key,
  touched: ReadonlyMap<string, RegistrationKey>,
): Key {
  let last = key.aliasOf === null ? undefined : touched.get(key.aliasOf);
  while (last?.aliasOf) last = touched.get(last.aliasOf);
  return last ? { ...key, aliasOf: last.id, account: last.account } : key;
}

function keyRow<Key extends RegistrationKey>(key: Key) {
  const { number: certificateNumber, version: certificateVersion } = key.certificate;
  return { ...key, certificateNumber, certificateVersion };
}

function certificateRow({ message, facts }: NewCertificate) {
  return { message, number: facts.number, version: facts.version, facts };
}

const insertAccounts = writing(
  rowSource({
    id: 'text',
    company: 'text',
    contact: 'text',
    email: 'text',
    country: 'text',
    region: 'text',
    reseller: 'text',
  }),
  (rows) => `
  insert into account (id, company, contact, email, country, region, reseller)
  select id, company, contact, email, country, region, reseller from ${rows} as given`,
);

const updateAccounts = writing(
  rowSource({ id: 'text', reseller: 'text', mergedInto: 'text' }),
  (rows) => `
  update account set reseller = changed.reseller, merged_into = changed."mergedInto"
  from ${rows} as changed where account.id = changed.id`,
);

const insertRegistrationKeys = writing(
  rowSource({
    id: 'uuid',
    code: 'text',
    suite: 'text',
    suiteSnapshot: 'uuid',
    account: 'text',
    reseller: 'text',
    orderNumber: 'text',
    seats: 'integer',
    startsOn: 'date',
    validThrough: 'date',
    aliasOf: 'uuid',
    certificateNumber: 'text',
    certificateVersion: 'integer',
    customer: 'jsonb',
  }),
  (rows) => `
  insert into registration_key (id, code, suite, suite_snapshot, account, reseller, order_number, seats, starts_on, valid_through, alias_of,
    certificate_number, certificate_version, customer, issued_at)
  select id, code, suite, "suiteSnapshot", account, reseller, "orderNumber", seats, "startsOn", "validThrough", "aliasOf",
    "certificateNumber", "certificateVersion", customer, now()
  from ${rows} as given`,
);

const updateRegistrationKeys = writing(
  rowSource({
    id: 'uuid',
    account: 'text',
    orderNumber: 'text',
    seats: 'integer',
    startsOn: 'date',
    validThrough: 'date',
    aliasOf: 'uuid',
    certificateVersion: 'integer',
    customer: 'jsonb',
  }),
  (rows) => `
  update registration_key set account = changed.account, order_number = changed."orderNumber", seats = changed.seats,
    starts_on = changed."startsOn", valid_through = changed."validThrough", alias_of = changed."aliasOf", certificate_version = changed."certificateVersion",
    customer = changed.customer
  from ${rows} as changed where registration_key.id = changed.id`,
);

const repointAliases = writing(
  rowSource({ id: 'uuid', account: 'text', aliasOf: 'uuid' }),
  (rows) => `
  update registration_key set alias_of = coalesce(changed."aliasOf", changed.id), account = changed.account
  from ${rows} as changed where registration_key.alias_of = changed.id`,
);

const insertLicenses = writing(
  rowSource({
    id: 'uuid',
    activationCode: 'text',
    account: 'text',
    pid: 'text',
    type: 'text',
    edition: 'text',
    status: 'text',
    seats: 'integer',
    validThrough: 'date',
    registrationKey: 'uuid',
    extendedBy: 'uuid[]',
    grants: 'integer',
  }),
  (rows) => `
  insert into license (id, activation_code, account, pid, type, edition, status, seats, valid_through, registration_key, extended_by,
    grants)
  select id, "activationCode", account, pid, type, edition, status, seats, "validThrough", "registrationKey", "extendedBy", grants
  from ${rows} as given`,
);

const updateLicenses = writing(
  rowSource({
    id: 'uuid',
    edition: 'text',
    status: 'text',
    seats: 'integer',
    validThrough: 'date',
    mergedInto: 'uuid',
    extendedBy: 'uuid[]',
    grants: 'integer',
  }),
  (rows) => `
  update license set edition = changed.edition, status = changed.status, seats = changed.seats, valid_through = changed."validThrough",
    merged_into = changed."mergedInto", extended_by = changed."extendedBy", grants = changed.grants
  from ${rows} as changed where license.id = changed.id`,
);

const insertGrants = writing(
  rowSource({
    license: 'uuid',
    number: 'integer',
    causeKind: 'text',
    cause: 'uuid',
    registrationKey: 'uuid',
    seats: 'integer',
    validThrough: 'date',
  }),
  (rows) => `
  insert into license_grant (license, number, cause_kind, cause, registration_key, seats, valid_through, made_at)
  select license, number, "causeKind", cause, "registrationKey", seats, "validThrough", now() from ${rows} as given`,
);

const insertCertificates = writing(
  rowSource({ number: 'text', version: 'integer', message: 'uuid', facts: 'jsonb' }),
  (rows) => `
  insert into certificate (number, version, message, facts, written_at)
  select number, version, message, facts, now() from ${rows} as given`,
);

const insertHolds = writing(
  rowSource({ id: 'uuid', message: 'uuid', reason: 'jsonb' }),
  (rows) => `
  insert into hold (id, message, code, text, details, held_at)
  select id, message, reason->>'code', reason->>'message', reason->'details', now() from ${rows} as given`,
);
