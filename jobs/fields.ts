import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { canonicalEmail } from '#jobs/email-address.ts';
import { isCalendarDate } from '#src/domain/calendar.ts';
import { canonicalCode, hasValidCheckSymbol } from '#src/domain/code.ts';
import { isProductId } from '#src/domain/license.ts';
import { canonicalTerm, longestTermMonths, termMonths } from '#src/domain/term.ts';
import { isVisible, plainIdentifier, plainName } from '#src/domain/typed-text.ts';

/** The most entries that a list in a message may have. */
const longestList = 100;

/** One line of text: no control characters (PostgreSQL cannot keep all of them) and no halves of surrogate pairs. */
export function line(longest: number) {
  return z
    .string()
    .min(1, 'must not be empty')
    .refine((text) => Array.from(text).length <= longest, `must have at most ${longest} characters`)
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'must not contain control characters')
    .refine(isVisible, {
      error: 'must have a character that can be seen',
      when: ({ value }) => value !== '',
    });
}

/** A name that things are found by: suites, products, regions. Blanks at its ends and unusual ones inside do not matter. */
export function name(longest: number) {
  return line(longest).overwrite(plainName);
}

/** Order and request numbers: 1 to 64 printable ASCII characters. A blank at its end does not make another number. */
export const referenceNumber = z
  .string()
  .overwrite(plainIdentifier)
  .regex(/^[ -~]{1,64}$/, 'must be 1 to 64 printable ASCII characters');

export const accountId = z
  .string()
  .overwrite(plainIdentifier)
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be 1 to 63 of a-z, 0-9 and hyphens, and not begin with a hyphen');

export const resellerName = z
  .string()
  .regex(/^[!-~](?:[ -~]{0,62}[!-~])?$/, 'must be 1 to 64 printable ASCII characters');

/** An address as it is written in practice; a domain in other letters becomes the one that mail servers know (`xn--…`). */
export const email = z
  .string()
  .meta({ format: 'email' })
  .transform((text, context) => {
    const found = canonicalEmail(text);
    if ('address' in found) return found.address;
    context.addIssue(found.fault);
    return z.NEVER;
  });

export const country = z
  .string()
  .regex(/^[A-Z]{2}$/, 'must be a country code of two capital letters (ISO 3166), such as DE');

export const region = name(64);

export const productId = z
  .string('must be text: a PID is never a number')
  .overwrite(plainIdentifier)
  .refine(isProductId, 'must be six digits, then up to ten of 0-9 A-Z');

export const seats = z
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(1_000_000, 'must be at most 1,000,000');

/** RFC 3339 with any offset in, UTC out: the same instant is the same content. */
export const instant = z.string().transform((text, context) => {
  const utc = utcInstant(text);
  if (utc !== undefined) return utc;
  context.addIssue('must be a date and time with an offset (RFC 3339), such as 2026-11-20T09:30:00Z');
  return z.NEVER;
});

export const calendarDate = z
  .string()
  .refine(isCalendarDate, { error: 'must be a date that exists, such as 2026-12-01', abort: true });

/** The day on which a term starts; its end must still be a date of four-digit year. */
export const startDate = calendarDate.refine((date) => date < '2200', 'must be before the year 2200');

/** The last day that a message names itself, in place of a term. */
export const endDate = calendarDate.refine((date) => date < '2211', 'must be before the year 2211');

/** Canonical spelling out: `P12M` and `P1Y` are the same content. */
export const term = z.string().transform((text, context) => {
  const months = termMonths(text);
  if (months !== undefined) return canonicalTerm(months);
  context.addIssue(
    `must be years and months of 1 to ${longestTermMonths} months in all (ISO 8601), such as P1Y or P1Y6M`,
  );
  return z.NEVER;
});

/** Forgiving in, canonical out; the shape alone is looked at, since codes from elsewhere have no check symbol of ours. */
export const activationCode = z.string().transform((text, context) => {
  const code = canonicalCode('activation-code', text);
  if (code !== undefined) return code;
  context.addIssue('must be an Activation Code, XX-XXXX-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX');
  return z.NEVER;
});

/** Forgiving in, canonical out. A wrong check symbol is told apart from a code that does not exist: `MISTYPED_CODE`. */
export const registrationKey = z.string().transform((text, context) => {
  const code = canonicalCode('registration-key', text);
  if (code !== undefined && hasValidCheckSymbol(code)) return code;
  const message =
    code === undefined
      ? 'must be a Registration Key, XX-XXXX-XXXX-XXXX-XXXX'
      : 'is mistyped: its check symbol is wrong; compare it with the License Certificate';
  context.addIssue({ code: 'custom', message, params: { code: 'MISTYPED_CODE' } });
  return z.NEVER;
});

/** When the customer accepted the license agreement; without it: `AGREEMENT_NOT_ACCEPTED`. */
export const agreementAcceptance = z.unknown().transform((value, context) => {
  const utc = typeof value === 'string' ? utcInstant(value) : undefined;
  if (utc !== undefined) return utc;
  const message =
    'must say when the license agreement was accepted (RFC 3339); nothing is registered without it';
  context.addIssue({ code: 'custom', message, params: { code: 'AGREEMENT_NOT_ACCEPTED' } });
  return z.NEVER;
});

export function list<Item extends z.ZodType>(item: Item) {
  return z.array(item).max(longestList, `must have at most ${longestList} entries`);
}

/** In UTC; undefined for an instant whose UTC date is no date of ours: it may become the start of a term. */
function utcInstant(text: string): string | undefined {
  if (isPlainUtc(text)) return text;
  if (!/^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  try {
    const utc = Temporal.Instant.from(text).toString();
    return isCalendarDate(utc.slice(0, 10)) ? utc : undefined;
  } catch {
    return undefined;
  }
}

/** The spelling that most senders use is the canonical one already. A leap second is not: it becomes the second before. */
function isPlainUtc(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/.test(text) && isCalendarDate(text.slice(0, 10))
  );
}
