import { productOfPid } from '#src/domain/catalog.ts';
import { canonicalCode, hasValidCheckSymbol } from '#src/domain/code.ts';
import { statusOn } from '#src/domain/license.ts';
import { plainIdentifier } from '#src/domain/typed-text.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { reading } from '#src/persistence/database.ts';
import {
  findCertificateMessage,
  findFoundKeys,
  findFoundLicenses,
  findReference,
  type FoundCertificate,
  type FoundLicense,
  type FoundMessage,
  type FoundRegistrationKey,
} from '#src/persistence/found.ts';
import { findRetiredCodes } from '#src/persistence/retired-codes.ts';
import { findCodesById, type FoundCode } from '#src/persistence/searched.ts';
import { transactionTime } from '#src/persistence/transaction-time.ts';

/** What a text turned out to be. For operators alone: codes are in full. */
export type Finding =
  | ({ readonly what: 'registration-key' } & FoundRegistrationKey & Partial<Replaced>)
  | ({ readonly what: 'activation-code'; readonly product: string } & FoundLicense & Partial<Replaced>)
  | ({ readonly what: 'message' } & FoundMessage)
  | ({ readonly what: 'certificate' } & FoundCertificate);

/** That the thing was looked for by a code that it has no more (rules §8.4). */
export interface Replaced {
  readonly replaced: {
    /** The old code. */
    readonly code: string;
    /** The last day on which it still resolves; null: it does no more. */
    readonly until: string | null;
  };
}

export type Found =
  | { readonly outcome: 'found'; readonly findings: readonly Finding[] }
  /** Unknown, and its check symbol is wrong: somebody mistyped it. */
  | { readonly outcome: 'mistyped' }
  | { readonly outcome: 'unknown' };

/**
 * What a Registration Key, Activation Code, order or request number, or certificate number belongs to. Case, spaces and hyphens of a
 * code do not matter. An order number may be that of several resellers.
 */
export async function findCode({ database, catalog }: Fulfillment, text: string): Promise<Found> {
  const tx = reading(database);
  const typed = text.trim();
  const key = canonicalCode('registration-key', typed);
  const code = canonicalCode('activation-code', typed);
  const number = /^LC-\d{4}-\d{7,}$/i.test(typed) ? typed.toUpperCase() : undefined;
  const findings = [
    ...(await findCodes(
      { database, catalog },
      { keys: key === undefined ? [] : [key], codes: code === undefined ? [] : [code] },
    )),
  ];
  const shapes = [key, code].flatMap((shape) => shape ?? []);
  if (findings.length === 0) findings.push(...(await findReplaced({ database, catalog }, shapes)));
  for (const found of number === undefined ? [] : await findCertificateMessage(tx, number))
    findings.push({ what: 'certificate', ...found });
  for (const found of await findReference(tx, plainIdentifier(typed)))
    findings.push({ what: 'message', ...found });
  if (findings.length > 0) return { outcome: 'found', findings };
  const shaped = key ?? code;
  return { outcome: shaped !== undefined && !hasValidCheckSymbol(shaped) ? 'mistyped' : 'unknown' };
}

/** What had these codes before they were replaced, under its newest code. */
async function findReplaced(
  fulfillment: Pick<Fulfillment, 'database' | 'catalog'>,
  codes: readonly string[],
): Promise<readonly Finding[]> {
  const tx = reading(fulfillment.database);
  const findings: Finding[] = [];
  for (const { code, until, license, registrationKey } of await findRetiredCodes(tx, codes)) {
    const newest = await findCodesById(tx, license ?? registrationKey ?? '');
    for (const found of await findCodes(fulfillment, byKind(newest)))
      if (found.what === 'registration-key' || found.what === 'activation-code')
        findings.push({ ...found, replaced: { code, until } });
  }
  return findings;
}

/** What Registration Keys and Activation Codes belong to. @param codes canonical, of either kind */
export async function findCodes(
  { database, catalog }: Pick<Fulfillment, 'database' | 'catalog'>,
  codes: { readonly keys: readonly string[]; readonly codes: readonly string[] },
): Promise<readonly Finding[]> {
  const tx = reading(database);
  const keys = codes.keys.length === 0 ? [] : await findFoundKeys(tx, codes.keys);
  const licenses = codes.codes.length === 0 ? [] : await findFoundLicenses(tx, codes.codes);
  if (keys.length + licenses.length === 0) return [];
  const { today } = await transactionTime(tx);
  return [
    ...keys.map((found) => ({ what: 'registration-key', ...found }) as const),
    ...licenses.map(
      (found) =>
        ({
          what: 'activation-code',
          ...found,
          product: productOfPid(catalog, found.pid)?.name ?? found.pid,
          status: statusOn(found, today),
        }) as const,
    ),
  ];
}

/** The codes, apart by what they are of. */
export function byKind(found: readonly FoundCode[]): {
  readonly keys: readonly string[];
  readonly codes: readonly string[];
} {
  return {
    keys: found.flatMap(({ kind, code }) => (kind === 'key' ? [code] : [])),
    codes: found.flatMap(({ kind, code }) => (kind === 'license' ? [code] : [])),
  };
}
