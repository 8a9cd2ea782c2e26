import { productOfPid } from '#src/domain/catalog.ts';
import { canonicalCode, hasValidCheckSymbol } from '#src/domain/code.ts';
import { statusOn } from '#src/domain/license.ts';
import { plainIdentifier } from '#src/domain/typed-text.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { reading } from '#src/persistence/database.ts';
import {
  findActivationCode,
  findCertificateMessage,
  findReference,
  findRegistrationKey,
  type FoundCertificate,
  type FoundLicense,
  type FoundMessage,
  type FoundRegistrationKey,
} from '#src/persistence/found.ts';
import { transactionTime } from '#src/persistence/transaction-time.ts';

/** What a text turned out to be. For operators alone: codes are in full. */
export type Finding =
  | ({ readonly what: 'registration-key' } & FoundRegistrationKey)
  | ({ readonly what: 'activation-code'; readonly product: string } & FoundLicense)
  | ({ readonly what: 'message' } & FoundMessage)
  | ({ readonly what: 'certificate' } & FoundCertificate);

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
  const { today } = await transactionTime(tx);
  const findings: Finding[] = [];
  for (const found of key === undefined ? [] : await findRegistrationKey(tx, key))
    findings.push({ what: 'registration-key', ...found });
  for (const found of code === undefined ? [] : await findActivationCode(tx, code)) {
    const product = productOfPid(catalog, found.pid)?.name ?? found.pid;
    findings.push({ what: 'activation-code', ...found, product, status: statusOn(found, today) });
  }
  for (const found of number === undefined ? [] : await findCertificateMessage(tx, number))
    findings.push({ what: 'certificate', ...found });
  for (const found of await findReference(tx, plainIdentifier(typed)))
    findings.push({ what: 'message', ...found });
  if (findings.length > 0) return { outcome: 'found', findings };
  const shaped = key ?? code;
  return { outcome: shaped !== undefined && !hasValidCheckSymbol(shaped) ? 'mistyped' : 'unknown' };
}
