import type { CauseKind } from '#jobs/kinds.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import type { Account, RegistrationKey } from '#src/domain/holdings.ts';
import type { Edition, License, LicenseStatus } from '#src/domain/license.ts';
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
  /** After the change, as all that follows. */
  readonly seats: number;
  readonly validThrough: string;
  readonly anchor: string | null;
  readonly status: LicenseStatus;
  readonly edition: Edition;
  readonly extendedBy: readonly string[];
}

/** One change of a Registration Key, with its cause: the key as it is after it. */
export interface KeyGrant {
  readonly number: number;
  /** `first`: how an older key was before its changes were written down. */
  readonly causeKind: Exclude<CauseKind, 'import'> | 'first';
  readonly cause: string | null;
  readonly key: RegistrationKey;
}

/** A code that was replaced: what it stands for, and until when it still resolves. */
export interface NewRetiredCode {
  readonly code: string;
  readonly license: string | null;
  readonly registrationKey: string | null;
  readonly replacedBy: string;
  readonly resolvesUntil: string | null;
}

/** A message that was taken back, or taken along. */
export interface NewReversal {
  readonly message: string;
  readonly reversedBy: string;
  readonly takenAlong: boolean;
}

/** The newest certificate of a license's own changes. */
export interface LicenseSeries {
  readonly license: string;
  readonly number: string;
  readonly version: number;
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
  readonly keyGrants: readonly KeyGrant[];
  /** New codes of licenses and keys. */
  readonly recodedLicenses: readonly License[];
  readonly recodedKeys: readonly RegistrationKey[];
  readonly retiredCodes: readonly NewRetiredCode[];
  /** Licenses that a return revoked. */
  readonly revokedLicenses: readonly License[];
  readonly reversals: readonly NewReversal[];
  readonly licenseSeries: readonly LicenseSeries[];
  readonly certificates: readonly NewCertificate[];
  readonly holds: readonly NewHold[];
}

const noChanges: LedgerChanges = {
  newAccounts: [],
  changedAccounts: [],
  newRegistrationKeys: [],
  changedRegistrationKeys: [],
  newLicenses: [],
  changedLicenses: [],
  grants: [],
  keyGrants: [],
  recodedLicenses: [],
  recodedKeys: [],
  retiredCodes: [],
  revokedLicenses: [],
  reversals: [],
  licenseSeries: [],
  certificates: [],
  holds: [],
};

/** The grant that brought the license to what it is now. */
export function grantOf(
  license: License,
  { kind, id }: { readonly kind: CauseKind; readonly id: string },
  registrationKey: string | null,
): Grant {
  const { grants: number, seats, validThrough, anchor, status, edition, extendedBy } = license;
  const after = { seats, validThrough, anchor, status, edition, extendedBy };
  return { license: license.id, number, causeKind: kind, cause: id, registrationKey, ...after };
}

/** Writes a batch's changes with a fixed number of statements, whatever its size, in the order in which
 * they depend on each other. Once per transaction: codes and grants are unique. */
export async function writeLedgerChanges(tx: Transaction, given: Partial<LedgerChanges>): Promise<void> {
  const changes = { ...noChanges, ...given };
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
    write(tx, recodeLicenses, changes.recodedLicenses),
    write(tx, recodeKeys, changes.recodedKeys),
    write(tx, revokeLicenses, changes.revokedLicenses),
    write(tx, insertGrants, changes.grants),
    write(tx, insertKeyGrants, changes.keyGrants.map(keyGrantRow)),
    write(tx, insertRetiredCodes, changes.retiredCodes),
    write(tx, insertReversals, changes.reversals),
    write(tx, upsertLicenseSeries, changes.licenseSeries),
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

function keyGrantRow({ key, ...grant }: KeyGrant) {
  const { id: registrationKey, account, orderNumber, seats, validThrough } = key;
  const { startsOn, anchor, aliasOf, suspended, endedOn, customer } = key;
  const given = { account, orderNumber, seats, startsOn, validThrough, anchor, aliasOf, endedOn, customer };
  return { ...grant, ...given, registrationKey, suspended };
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
    claimed: 'boolean',
  }),
  (rows) => `
  insert into account (id, company, contact, email, country, region, reseller, claimed)
  select id, company, contact, email, country, region, reseller, claimed from ${rows} as given`,
);

const updateAccounts = writing(
  rowSource({ id: 'text', reseller: 'text', claimed: 'boolean', mergedInto: 'text' }),
  (rows) => `
  update account set reseller = changed.reseller, claimed = changed.claimed, merged_into = changed."mergedInto"
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
    anchor: 'date',
    grants: 'integer',
  }),
  (rows) => `
  insert into registration_key (id, code, suite, suite_snapshot, account, reseller, order_number, seats, starts_on, valid_through, alias_of,
    certificate_number, certificate_version, customer, anchor, grants, issued_at)
  select id, code, suite, "suiteSnapshot", account, reseller, "orderNumber", seats, "startsOn", "validThrough", "aliasOf",
    "certificateNumber", "certificateVersion", customer, anchor, grants, now()
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
    anchor: 'date',
    suspended: 'boolean',
    endedOn: 'date',
    endedBy: 'uuid',
    grants: 'integer',
  }),
  (rows) => `
  update registration_key set account = changed.account, order_number = changed."orderNumber", seats = changed.seats,
    starts_on = changed."startsOn",
    valid_through = changed."validThrough", alias_of = changed."aliasOf", certificate_version = changed."certificateVersion",
    customer = changed.customer, anchor = changed.anchor, suspended = changed.suspended, ended_on = changed."endedOn",
    ended_by = changed."endedBy", grants = changed.grants
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
    anchor: 'date',
  }),
  (rows) => `
  insert into license (id, activation_code, account, pid, type, edition, status, seats, valid_through, registration_key, extended_by,
    grants, anchor)
  select id, "activationCode", account, pid, type, edition, status, seats, "validThrough", "registrationKey", "extendedBy", grants,
    anchor
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
    anchor: 'date',
  }),
  (rows) => `
  update license set edition = changed.edition, status = changed.status, seats = changed.seats, valid_through = changed."validThrough",
    merged_into = changed."mergedInto", extended_by = changed."extendedBy", grants = changed.grants, anchor = changed.anchor
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
    anchor: 'date',
    status: 'text',
    edition: 'text',
    extendedBy: 'uuid[]',
  }),
  (rows) => `
  insert into license_grant (license, number, cause_kind, cause, registration_key, seats, valid_through, license_anchor, license_status,
    license_edition, license_extended_by, made_at)
  select license, number, "causeKind", cause, "registrationKey", seats, "validThrough", anchor, status, edition, "extendedBy", now()
  from ${rows} as given`,
);

const insertKeyGrants = writing(
  rowSource({
    registrationKey: 'uuid',
    number: 'integer',
    causeKind: 'text',
    cause: 'uuid',
    account: 'text',
    orderNumber: 'text',
    seats: 'integer',
    startsOn: 'date',
    validThrough: 'date',
    anchor: 'date',
    aliasOf: 'uuid',
    suspended: 'boolean',
    endedOn: 'date',
    customer: 'jsonb',
  }),
  (rows) => `
  insert into registration_key_grant (registration_key, number, cause_kind, cause, account, order_number, seats, starts_on, valid_through, anchor,
    alias_of, suspended, ended_on, customer, made_at)
  select "registrationKey", number, "causeKind", cause, account, "orderNumber", seats, "startsOn", "validThrough", anchor, "aliasOf", suspended,
    "endedOn", customer, now()
  from ${rows} as given`,
);

const recodeLicenses = writing(
  rowSource({ id: 'uuid', activationCode: 'text' }),
  (rows) => `
  update license set activation_code = changed."activationCode" from ${rows} as changed where license.id = changed.id`,
);

const recodeKeys = writing(
  rowSource({ id: 'uuid', code: 'text' }),
  (rows) => `
  update registration_key set code = changed.code from ${rows} as changed where registration_key.id = changed.id`,
);

const revokeLicenses = writing(
  rowSource({ id: 'uuid', revokedBy: 'uuid' }),
  (rows) => `
  update license set revoked_by = changed."revokedBy" from ${rows} as changed where license.id = changed.id`,
);

const insertRetiredCodes = writing(
  rowSource({
    code: 'text',
    license: 'uuid',
    registrationKey: 'uuid',
    replacedBy: 'uuid',
    resolvesUntil: 'date',
  }),
  (rows) => `
  insert into retired_code (code, license, registration_key, replaced_by, resolves_until, retired_at)
  select code, license, "registrationKey", "replacedBy", "resolvesUntil", now() from ${rows} as given`,
);

const insertReversals = writing(
  rowSource({ message: 'uuid', reversedBy: 'uuid', takenAlong: 'boolean' }),
  (rows) => `
  insert into reversal (message, reversed_by, taken_along, reversed_at)
  select message, "reversedBy", "takenAlong", now() from ${rows} as given`,
);

const upsertLicenseSeries = writing(
  rowSource({ license: 'uuid', number: 'text', version: 'integer' }),
  (rows) => `
  insert into license_series (license, certificate_number, certificate_version)
  select license, number, version from ${rows} as given
  on conflict on constraint license_series_pkey do update
    set certificate_number = excluded.certificate_number, certificate_version = excluded.certificate_version`,
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
