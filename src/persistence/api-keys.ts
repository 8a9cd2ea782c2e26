import { hash, randomBytes } from 'node:crypto';
import type { LicenseType } from '#src/domain/license.ts';
import type { OperatorRole } from '#src/domain/operator-role.ts';
import { newId } from '#src/mechanisms/new-id.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';

export type HolderKind = 'reseller' | 'operator';

/** Who a key speaks for, with the hash that is stored of it. */
export interface KeyHolder {
  readonly kind: HolderKind;
  readonly name: string;
  readonly hash: Buffer;
  /** Of an operator. */
  readonly role: OperatorRole | null;
}

/** An operator's live key. */
export interface OperatorKey {
  readonly hash: Buffer;
  readonly role: OperatorRole;
}

export interface ListedReseller {
  readonly name: string;
  readonly licenseType: LicenseType;
  readonly createdAt: string;
  /** Since when the live key is valid; null when the key is revoked. */
  readonly keySince: string | null;
}

export interface ListedOperator {
  readonly name: string;
  readonly role: OperatorRole;
  /** Since when the live key is valid; null when the key is revoked. */
  readonly keySince: string | null;
  readonly revokedAt: string | null;
}

/** Part of a list. */
export interface HolderPage {
  /** The name behind which it begins. */
  readonly after?: string | undefined;
  readonly limit?: number;
  /** A part of the names; case does not matter. */
  readonly named?: string | undefined;
}

/** A holder's name cannot be used as asked; the message is a sentence for the person who asked. */
export class HolderError extends Error {
  override readonly name = 'HolderError';
}

/** The operator that OPERATOR_API_KEY stands for; nobody else may have the name, since decisions carry it. */
export const configuredOperator = 'operator';

/** SHA-256: a key has 256 random bits, so that nothing slower is needed. */
export function hashApiKey(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}

/** @returns the API key, which is stored nowhere and cannot be shown again; @throws HolderError when the name is taken */
export async function addReseller(tx: Transaction, name: string, licenseType: LicenseType): Promise<string> {
  const added = await statement(
    tx,
    'insert into reseller (name, license_type) values ($1, $2) on conflict do nothing returning name',
    [name, licenseType],
  );
  if (added.length === 0)
    throw new HolderError(`There is a reseller "${name}" already; "reseller rotate" gives it a new key.`);
  return issueKey(tx, 'reseller', name);
}

/** @returns the API key; @throws HolderError when there is such an operator with a live key. A revoked one may come back. */
export async function addOperator(
  tx: Transaction,
  name: string,
  role: OperatorRole = 'admin',
): Promise<string> {
  if (name === configuredOperator)
    throw new HolderError(
      `"${configuredOperator}" is the operator of OPERATOR_API_KEY; choose another name.`,
    );
  const live = await statement(
    tx,
    `select 1 from api_key where holder_kind = 'operator' and holder = $1 and revoked_at is null`,
    [name],
  );
  if (live.length > 0) throw new HolderError(`There is an operator "${name}" already.`);
  return issueKey(tx, 'operator', name, role);
}

/** Replaces an operator's key; the role stays. @throws HolderError when it has no live key */
export async function rotateOperatorKey(tx: Transaction, name: string): Promise<string> {
  const before = await findOperatorKey(tx, name);
  if (!before || !(await revoke(tx, 'operator', name)))
    throw new HolderError(`There is no operator "${name}" with a live key.`);
  return issueKey(tx, 'operator', name, before.role);
}

/** Replaces the reseller's key, or gives a new one after it was revoked. @throws HolderError when there is no such reseller */
export async function rotateKey(tx: Transaction, reseller: string): Promise<string> {
  const known = await statement(tx, 'select 1 from reseller where name = $1 for update', [reseller]);
  if (known.length === 0) throw new HolderError(`There is no reseller "${reseller}".`);
  await revoke(tx, 'reseller', reseller);
  return issueKey(tx, 'reseller', reseller);
}

/** Ends the key of a reseller; its orders stay. @throws HolderError when it has no live key */
export async function revokeKey(tx: Transaction, reseller: string): Promise<void> {
  if (!(await revoke(tx, 'reseller', reseller)))
    throw new HolderError(`There is no reseller "${reseller}" with a live key.`);
}

/** Admins with a live key, held until the transaction ends: of two that end each other at once, one waits and sees who is left. */
export async function lockAdmins(tx: Transaction): Promise<readonly string[]> {
  const rows = await statement<{ readonly holder: string }>(
    tx,
    `select holder from api_key where holder_kind = 'operator' and role = 'admin' and revoked_at is null order by id for update`,
  );
  return rows.map(({ holder }) => holder);
}

/** @throws HolderError when it has no live key */
export async function revokeOperator(tx: Transaction, name: string): Promise<void> {
  if (!(await revoke(tx, 'operator', name)))
    throw new HolderError(`There is no operator "${name}" with a live key.`);
}

/** By name. @param page by default all of them */
export async function listResellers(
  tx: Transaction,
  { after, limit, named }: HolderPage = {},
): Promise<readonly ListedReseller[]> {
  return statement(
    tx,
    `select reseller.name, reseller.license_type as "licenseType", reseller.created_at as "createdAt", api_key.created_at as "keySince"
     from reseller
     left join api_key on api_key.holder_kind = 'reseller' and api_key.holder = reseller.name and api_key.revoked_at is null
     where ($1::text is null or reseller.name > $1) and ($3::text is null or position(lower($3) in lower(reseller.name)) > 0)
     order by reseller.name limit $2`,
    [after ?? null, limit ?? null, named ?? null],
  );
}

/** By name. @param page by default all of them */
export async function listOperators(
  tx: Transaction,
  { after, limit, named }: HolderPage = {},
): Promise<readonly ListedOperator[]> {
  return statement(
    tx,
    `select holder as name, (array_agg(role order by created_at desc))[1] as role, max(created_at) filter (where revoked_at is null) as "keySince",
       case when bool_and(revoked_at is not null) then max(revoked_at) end as "revokedAt"
     from api_key where holder_kind = 'operator' and ($1::text is null or holder > $1) and ($3::text is null or position(lower($3) in lower(holder)) > 0)
     group by holder order by holder limit $2`,
    [after ?? null, limit ?? null, named ?? null],
  );
}

/** The holder of a live key. */
export async function findKeyHolder(tx: Transaction, hash: Buffer): Promise<KeyHolder | undefined> {
  const rows = await statement<KeyHolder>(
    tx,
    'select holder_kind as kind, holder as name, hash, role from api_key where hash = $1 and revoked_at is null',
    [hash],
  );
  return rows[0];
}

export async function findOperatorKey(tx: Transaction, name: string): Promise<OperatorKey | undefined> {
  const rows = await statement<OperatorKey>(
    tx,
    `select hash, role from api_key where holder_kind = 'operator' and holder = $1 and revoked_at is null`,
    [name],
  );
  return rows[0];
}

async function issueKey(
  tx: Transaction,
  kind: HolderKind,
  holder: string,
  role: OperatorRole | null = null,
): Promise<string> {
  // The prefix lets secret scanners recognise a key that ended up in a repository.
  const key = `chk_${randomBytes(32).toString('base64url')}`;
  await statement(
    tx,
    'insert into api_key (id, holder_kind, holder, hash, role) values ($1, $2, $3, $4, $5)',
    [newId(), kind, holder, hashApiKey(key), role],
  );
  return key;
}

async function revoke(tx: Transaction, kind: HolderKind, holder: string): Promise<boolean> {
  const rows = await statement(
    tx,
    'update api_key set revoked_at = now() where holder_kind = $1 and holder = $2 and revoked_at is null returning id',
    [kind, holder],
  );
  return rows.length > 0;
}
