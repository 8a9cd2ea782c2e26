import type { LicenseType } from '#src/domain/license.ts';
import type { OperatorRole } from '#src/domain/operator-role.ts';
import {
  addOperator,
  addReseller,
  HolderError,
  lockAdmins,
  revokeKey,
  revokeOperator,
  rotateKey,
  rotateOperatorKey,
  type HolderKind,
} from '#src/persistence/api-keys.ts';
import { writeAudit } from '#src/persistence/audit.ts';
import { inTransaction, type Database } from '#src/persistence/database.ts';
import { endSessionsOf } from '#src/persistence/web-sessions.ts';
import { disableEndpointsOf } from '#src/persistence/webhook-endpoints.ts';

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

/**
 * Ends the key of a reseller. Whoever has none is told nothing more: its webhook endpoints are disabled, each with an entry in the audit.
 * @returns how many were; @throws HolderError when it has no live key
 */
export function endReseller(database: Database, name: string, change: KeyChange): Promise<number> {
  return inTransaction(database, async (tx) => {
    await revokeKey(tx, name);
    await writeAudit(tx, { ...change, action: 'key-ended', on: { kind: 'reseller', id: name } });
    const disabled = await disableEndpointsOf(tx, name, 'KEY_ENDED');
    for (const id of disabled)
      await writeAudit(tx, {
        ...change,
        action: 'endpoint-disabled',
        on: { kind: 'webhook-endpoint', id },
        details: { because: 'KEY_ENDED' },
      });
    return disabled.length;
  });
}

/**
 * Ends the key of an operator, and with it the sessions that it opened.
 * @param keepsAdmin refuses for the last admin, without whom nobody could make another key at the desk
 * @throws HolderError when there is no live one, or when it is refused
 */
export function endOperator(
  database: Database,
  name: string,
  change: KeyChange,
  keepsAdmin = false,
): Promise<void> {
  return inTransaction(database, async (tx) => {
    const admins = keepsAdmin ? await lockAdmins(tx) : [];
    if (admins.length === 1 && admins[0] === name)
      throw new HolderError(
        `"${name}" is the last admin: nobody could make or end a key here any more. Add another admin first.`,
      );
    await revokeOperator(tx, name);
    await endSessionsOf(tx, 'operator', name);
    await writeAudit(tx, { ...change, action: 'key-ended', on: { kind: 'operator', id: name } });
  });
}
