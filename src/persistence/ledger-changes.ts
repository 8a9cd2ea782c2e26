import type { CauseKind } from '#jobs/kinds.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import type { Reason } from '#src/domain/decision.ts';
import type { Account, RegistrationKey } from '#src/domain/holdings.ts';
import type { Edition, License, LicenseStatus } from '#src/domain/license.ts';
import type { Write } from '#src/persistence/columns.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';
import * as statements from '#src/persistence/ledger-statements.ts';

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

/** Writes a batch's changes with a fixed number of statements, whatever its size, in the order in which
 * they depend on each other. Once per transaction: codes and grants are unique. */
export async function writeLedgerChanges(tx: Transaction, given: Partial<LedgerChanges>): Promise<void> {
  const changes = { ...noChanges, ...given };
  const touched = [...changes.newRegistrationKeys, ...changes.changedRegistrationKeys];
  const byId = new Map(touched.map((key) => [key.id, key]));
  const keys = changes.changedRegistrationKeys.map((key) => keyRow(withLastAlias(key, byId)));
  const aliases = keys.filter(({ aliasOf }) => aliasOf !== null);
  const leaving = keys.filter(({ aliasOf, endedBy }) => aliasOf !== null || endedBy !== null);
  const revoked = new Set(changes.revokedLicenses.map(({ id }) => id));
  const keysMayMove = changes.changedAccounts.some(({ mergedInto }) => mergedInto !== null);
  await Promise.all([
    write(tx, statements.insertAccounts, changes.newAccounts),
    write(tx, statements.updateAccounts, changes.changedAccounts),
    write(
      tx,
      statements.insertRegistrationKeys,
      changes.newRegistrationKeys.map((key) => keyRow(withLastAlias(key, byId))),
    ),
    // What is an alias or has ended first, so that account and suite never have two active keys; those behind it then point where it points, in the same account.
    write(tx, statements.updateRegistrationKeys, leaving),
    write(tx, statements.repointAliases, keysMayMove ? keys : aliases),
    write(
      tx,
      statements.updateRegistrationKeys,
      keys.filter((key) => !leaving.includes(key)),
    ),
    // What a return revokes first, so that an account never has two issued licenses of a product: one that was merged may stand again.
    write(
      tx,
      statements.updateLicenses,
      changes.changedLicenses.filter(({ id }) => revoked.has(id)),
    ),
    write(tx, statements.revokeLicenses, changes.revokedLicenses),
    write(tx, statements.insertLicenses, changes.newLicenses),
    write(
      tx,
      statements.updateLicenses,
      changes.changedLicenses.filter(({ id }) => !revoked.has(id)),
    ),
    write(tx, statements.recodeLicenses, changes.recodedLicenses),
    write(tx, statements.recodeKeys, changes.recodedKeys),
    write(tx, statements.insertGrants, changes.grants.map(grantRow)),
    write(tx, statements.insertKeyGrants, changes.keyGrants.map(keyGrantRow)),
    write(tx, statements.insertRetiredCodes, changes.retiredCodes),
    write(tx, statements.insertReversals, changes.reversals),
    write(tx, statements.upsertLicenseSeries, changes.licenseSeries.map(seriesRow)),
    write(tx, statements.insertCertificates, changes.certificates.map(certificateRow)),
    write(tx, statements.insertHolds, changes.holds.map(holdRow)),
  ]);
}

async function write<Name extends string>(
  tx: Transaction,
  { sql, source }: Write<Name>,
  rows: readonly Readonly<Record<Name, unknown>>[],
): Promise<void> {
  if (rows.length > 0) await statement(tx, sql, source.parameters(rows));
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

function grantRow({ anchor, status, edition, extendedBy, ...grant }: Grant) {
  return {
    ...grant,
    licenseAnchor: anchor,
    licenseStatus: status,
    licenseEdition: edition,
    licenseExtendedBy: extendedBy,
  };
}

function seriesRow({ license, number, version }: LicenseSeries) {
  return { license, certificateNumber: number, certificateVersion: version };
}

function holdRow({ id, message, reason }: NewHold) {
  return { id, message, code: reason.code, text: reason.message, details: reason.details };
}

function certificateRow({ message, facts }: NewCertificate) {
  return { message, number: facts.number, version: facts.version, facts };
}
