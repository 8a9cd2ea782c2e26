import { certificateFactsSchema } from '#src/certificate/facts-schema.ts';
import { plainText, printableText } from '#src/certificate/type/printable-text.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';

/** The facts with every text as it may stand on a page. The attached ones stay as they are. */
export function printableFacts(facts: CertificateFacts): CertificateFacts {
  const printable = facts.layout === 1 ? plainText : printableText;
  return certificateFactsSchema.parse(
    JSON.parse(JSON.stringify(facts), (_, value: unknown) =>
      typeof value === 'string' ? printable(value) : value,
    ),
  );
}

/** Every text in the facts. */
export function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}
