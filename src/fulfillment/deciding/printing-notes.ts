import { unprintableIn } from '#src/certificate/unprintable.ts';
import type { CertificateCustomer } from '#src/domain/certificate-facts.ts';
import type { Note } from '#src/domain/decision.ts';

/** Characters named in one note at most. */
const mostNamed = 10;

/**
 * A note when no font has a character of what the certificate says of the customer: people hear of it with the outcome, before the
 * certificate goes out.
 */
export function printingNotes({ company, contact = '', email }: CertificateCustomer): readonly Note[] {
  const missing = [...new Set([company, contact, email].flatMap(unprintableIn))];
  if (missing.length === 0) return [];
  const named = missing.slice(0, mostNamed).map(described).join(', ');
  const more = missing.length > mostNamed ? ` and ${missing.length - mostNamed} more` : '';
  return [
    {
      code: 'NOT_PRINTABLE',
      message: `The certificate shows a box in the place of what no font has: ${named}${more}.`,
    },
  ];
}

function described(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `“${character}” (U+${code})`;
}
