/** The two attachments that every certificate carries. */
export interface EmbeddedFiles {
  /** Canonical JSON of the facts, in UTF-8. */
  readonly facts: Buffer;
  readonly jws: string;
}

/** `date` is written as the day of their last change. */
export function embedFiles(doc: PDFKit.PDFDocument, { facts, jws }: EmbeddedFiles, date: Date): void {
  doc.file(facts, {
    name: 'certificate-facts.json',
    type: FACTS_TYPE,
    description: 'The facts that this certificate states',
    relationship: 'Source',
    modifiedDate: date,
  });
  doc.file(Buffer.from(jws, 'latin1'), {
    name: 'certificate.jws',
    type: JWS_TYPE,
    description: 'The signature of the facts',
    relationship: 'Supplement',
    modifiedDate: date,
  });
}

/**
 * Finds the attachments by the bytes that pdfkit puts before them, uncompressed. No PDF reader is needed and none would
 * help: a genuine file equals our rendering byte for byte, so one in which they stand elsewhere is not genuine anyway.
 */
export function readEmbeddedFiles(pdf: Buffer): EmbeddedFiles | undefined {
  if (pdf.subarray(0, 5).toString('latin1') !== '%PDF-') return undefined;
  const facts = readAttachment(pdf, FACTS_TYPE);
  const jws = readAttachment(pdf, JWS_TYPE);
  return facts === undefined || jws === undefined ? undefined : { facts, jws: jws.toString('latin1') };
}

const FACTS_TYPE = 'application/json';
const JWS_TYPE = 'application/jose';

function readAttachment(pdf: Buffer, type: string): Buffer | undefined {
  const start = pdf.indexOf(`\n/Subtype /${type.replace('/', '#2F')}\n`);
  if (start < 0) return undefined;
  const found = /\/Length (\d{1,9})\n>>\nstream\n/.exec(pdf.subarray(start, start + 100).toString('latin1'));
  if (found === null) return undefined;
  const from = start + found.index + found[0].length;
  const to = from + Number(found[1]);
  return to <= pdf.length ? pdf.subarray(from, to) : undefined;
}
