import { z } from 'zod';
import * as field from '#jobs/fields.ts';
import { fieldErrors, fingerprint, type FieldError } from '#jobs/message.ts';
import { productOfPid, type Catalog } from '#src/domain/catalog.ts';
import type { Holding } from '#src/domain/importing/judge-holding.ts';
import { editions, licenseTypes } from '#src/domain/license.ts';
import { cellFaultsFirst } from '#src/files/cells.ts';

/** A merge is made here or not known: its survivor has no column. */
const statuses = ['active', 'expired', 'suspended', 'revoked'] as const;

export const holdingRow = z.strictObject({
  account: field.accountId,
  company: field.line(200),
  contact: field.line(200).optional(),
  email: field.email,
  country: field.country,
  region: field.region,
  pid: field.productId,
  activationCode: field.activationCode,
  type: z.enum(licenseTypes, oneOf(licenseTypes)),
  edition: z.enum(editions, oneOf(editions)),
  seats: field.seats,
  validThrough: field.calendarDate,
  status: z.enum(statuses, `${oneOf(statuses)}; merged licenses are not imported`),
  reseller: field.resellerName.optional(),
});

/**
 * Parses a row; all faults are found at once, those that its cells show first. A product family that the catalog lacks is a
 * fault.
 */
export function parseHolding(
  data: unknown,
  catalog: Catalog,
  faults: readonly FieldError[] = [],
): { readonly holding: Holding } | { readonly errors: readonly FieldError[] } {
  const parsed = holdingRow.safeParse(data, { reportInput: true });
  const errors = cellFaultsFirst(faults, parsed.success ? [] : fieldErrors(parsed.error).errors);
  if (!parsed.success || errors.length > 0) return { errors };
  if (!productOfPid(catalog, parsed.data.pid))
    return { errors: [{ path: 'pid', message: 'is of a product family that the catalog does not have' }] };
  return { holding: { ...parsed.data, fingerprint: fingerprint(parsed.data) } };
}

function oneOf(words: readonly string[]): string {
  return `must be ${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}
