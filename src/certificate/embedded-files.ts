/** The two attachments that every certificate carries. */
export interface EmbeddedFiles {
  /** Canonical JSON of the facts, in UTF-8. */
  readonly facts: Buffer;
  readonly jws: string;
}

export const FACTS_SUBTYPE = 'application#2Fjson';
export const JWS_SUBTYPE = 'application#2Fjose';

/** The dictionary of an attachment, written and found by the same words; the content follows it as it is, uncompressed. */
export function attachmentDictionary(subtype: string, size: number, dateStamp: string): string {
  return `/Type/EmbeddedFile/Subtype/${subtype}/Params<</Size ${size}/ModDate(${dateStamp})>>`;
}

/**
 * Finds the attachments by the bytes that our own writer puts before them. No PDF library is needed and none would help:
 * a genuine file equals our rendering byte for byte, so one in which they stand elsewhere is not genuine anyway.
 */
export function readEmbeddedFiles(pdf: Buffer): EmbeddedFiles | undefined {
  if (pdf.subarray(0, 5).toString('latin1') !== '%PDF-') return undefined;
  const facts = readAttachment(pdf, FACTS_SUBTYPE);
  const jws = readAttachment(pdf, JWS_SUBTYPE);
  return facts === undefined || jws === undefined ? undefined : { facts, jws: jws.toString('latin1') };
}

const STREAM = 'stream\n';

function readAttachment(pdf: Buffer, subtype: string): Buffer | undefined {
  const start = pdf.indexOf(`/Type/EmbeddedFile/Subtype/${subtype}/`);
  if (start < 0) return undefined;
  const stream = pdf.indexOf(STREAM, start);
  if (stream < 0 || stream - start > 300) return undefined;
  const length = /\/Length (\d{1,9})/.exec(pdf.subarray(start, stream).toString('latin1'))?.[1];
  if (length === undefined) return undefined;
  const from = stream + STREAM.length;
  const to = from + Number(length);
  return to <= pdf.length ? pdf.subarray(from, to) : undefined;
}
