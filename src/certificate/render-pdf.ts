import { buffer } from 'node:stream/consumers';
import PdfDocument from 'pdfkit';
import { canonicalFacts } from '#src/certificate/canonical-facts.ts';
import { embedFiles } from '#src/certificate/embedded-files.ts';
import { compose } from '#src/certificate/page/compose.ts';
import { PAGE_HEIGHT, PAGE_WIDTH } from '#src/certificate/page/sheet.ts';
import { printableFacts, textsOf } from '#src/certificate/printable-facts.ts';
import { documentFonts } from '#src/certificate/type/document-fonts.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';

/**
 * The certificate as PDF/A-3b with the facts and the JWS attached. The same facts and JWS give the same bytes, in any
 * process and on any machine: a change of fonts, layout or library that would alter them calls for a new
 * `CertificateFacts.layout`. Never reads the clock. Fonts are read from disk by the first call.
 */
export async function renderCertificate(facts: CertificateFacts, jws: string): Promise<Buffer> {
  const shown = printableFacts(facts);
  const issuedAt = new Date(`${shown.issuedOn}T00:00:00Z`);
  const doc = createDocument(`License Certificate ${shown.number}, version ${shown.version}`, issuedAt);
  const fonts = await documentFonts(facts.layout, doc, textsOf(shown), shown.customer.country);
  const document = doc.struct('Document');
  doc.addStructure(document);
  compose(shown, jws, { doc, fonts, document });
  embedFiles(doc, { facts: canonicalFacts(facts), jws }, issuedAt);
  doc.end();
  return buffer(doc);
}

/**
 * Not compressed: what zlib makes of the same input differs between its builds. No author: pdfkit writes the metadata into
 * XML as they are, so nothing that others choose (a reseller's name) may stand there.
 */
function createDocument(title: string, issuedAt: Date): PDFKit.PDFDocument {
  return new PdfDocument({
    compress: false,
    pdfVersion: '1.7',
    subset: 'PDF/A-3b',
    tagged: true,
    lang: 'en',
    displayTitle: true,
    info: { Title: title, Creator: PRODUCER, Producer: PRODUCER, CreationDate: issuedAt },
    size: [PAGE_WIDTH, PAGE_HEIGHT],
    margin: 0,
    autoFirstPage: false,
    // None at the start: the standard ones cannot be embedded.
    font: '',
  });
}

const PRODUCER = 'Chancery';
