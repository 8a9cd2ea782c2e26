import type { LicenseType } from '#src/domain/license.ts';
import type { OperatorRole } from '#src/domain/operator-role.ts';
import {
  addOperator,
  addReseller,
  revokeKey,
  revokeOperator,
  rotateKey,
  rotateOperatorKey,
  type HolderKind,
} from '#src/persistence/api-keys.ts';
import { writeAudit } from '#src/persistence/audit.ts';
import { inTransaction, type Database } from '#src/persistence/database.ts';
import { endSessionsOf } from '#src/persistence/web-sessions.ts';

/** Who changes a key, and why; it stands in the audit. */
export interface KeyChange {
  /** `operator maria` */
  readonly by: string;
  readonly reason?: string | undefined;
}

/** Adds a reseller. @returns its API key, which is shown once; @throws HolderError when the name is taken */
export function makeReseller(
  database: Database,
  name: string,
  licenseType: LicenseType,
  change: KeyChange,
): Promise<string> {
  return inTransaction(database, async (tx) => {
    const key = await addReseller(tx, name, licenseType);
    await writeAudit(tx, {
      ...change,
      action: 'key-made',
      on: { kind: 'reseller', id: name },
      details: { licenseType },
    });
    return key;
  });
}

/** Adds an operator. @returns the API key, which is shown once; @throws HolderError when the name is taken */
export function makeOperator(
  database: Database,
  name: string,
  role: OperatorRole,
  change: KeyChange,
): Promise<string> {
  return inTransaction(database, async (tx) => {
    const key = await addOperator(tx, name, role);
    await writeAudit(tx, {
      ...change,
      action: 'key-made',
      on: { kind: 'operator', id: name },
      details: { role },
    });
    return key;
  });
}

/** Replaces a key; sessions that the old one opened end with it. @returns the new one, which is shown once; @throws HolderError when there is no such holder */
export function rotateHolder(
  database: Database,
  kind: HolderKind,
  name: string,
  change: KeyChange,
): Promise<string> {
  return inTransaction(database, async (tx) => {
    const key = await (kind === 'reseller' ? rotateKey(tx, name) : rotateOperatorKey(tx, name));
    if (kind === 'operator') await endSessionsOf(tx, 'operator', name);
    await writeAudit(tx, { ...change, action: 'key-rotated', on: { kind, id: name } });
    return key;
  });
}

/** Ends a key, and with it the sessions that it opened. @throws HolderError when there is no live one */
export function endHolder(
  database: Database,
  kind: HolderKind,
  name: string,
  change: KeyChange,
): Promise<void> {
  return inTransaction(database, async (tx) => {
    await (kind === 'reseller' ? revokeKey(tx, name) : revokeOperator(tx, name));
    if (kind === 'operator') await endSessionsOf(tx, 'operator', name);
    await writeAudit(tx, { ...change, action: 'key-ended', on: { kind, id: name } });
  });
}
