import { plainFonts } from '#src/certificate/type/plain-fonts.ts';
import { shapedFonts } from '#src/certificate/type/shaped-fonts.ts';
import type { DocumentFonts } from '#src/certificate/type/typesetting.ts';
import type { CertificateLayout } from '#src/domain/certificate-facts.ts';

/**
 * The fonts for every character of the texts, as the layout sets them. Fonts are read and opened once per process; what a document uses
 * of them is embedded by pdfkit. `country` decides which forms shared Chinese characters take.
 */
export function documentFonts(
  layout: CertificateLayout,
  doc: PDFKit.PDFDocument,
  texts: readonly string[],
  country: string | undefined,
): Promise<DocumentFonts> {
  return (layout === 1 ? plainFonts : shapedFonts)(doc, texts, country);
}
