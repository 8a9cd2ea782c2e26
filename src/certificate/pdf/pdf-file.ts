import { zlibSync } from 'fflate';

/** The objects of a PDF 1.7 file, numbered in the order of `reserve` and written in the order of `write`. */
export interface PdfFile {
  /** A number for an object that others refer to before it is written. */
  reserve(): number;
  write(id: number, body: string): void;
  add(body: string): number;
  /** `dictionary` without its brackets, /Length and /Filter. */
  addDeflated(dictionary: string, content: string): number;
  /** For content that is deflated already. */
  addPacked(dictionary: string, deflated: Uint8Array): number;
  /** For content that must be readable as it is, such as metadata. */
  addPlain(dictionary: string, content: Uint8Array): number;
  /** `trailer` without its brackets and /Size. Nothing may be added afterwards. */
  finish(trailer: string): Buffer;
}

/** A file of which every byte follows from what is written: no dates, no random ids, no compressor of the platform's. */
export function createPdfFile(): PdfFile {
  const chunks: Uint8Array[] = [];
  const offsets: number[] = [];
  let length = 0;

  const put = (chunk: Uint8Array) => {
    chunks.push(chunk);
    length += chunk.length;
  };
  const reserve = () => offsets.push(0);
  const begin = (id: number, text: string) => {
    offsets[id - 1] = length;
    put(latin1(`${id} 0 obj\n${text}`));
  };
  const addStream = (dictionary: string, content: Uint8Array) => {
    const id = reserve();
    begin(id, `<<${dictionary}/Length ${content.length}>>\nstream\n`);
    put(content);
    put(STREAM_END);
    return id;
  };
  const write = (id: number, body: string) => begin(id, `${body}\nendobj\n`);

  put(HEADER);
  return {
    reserve,
    write,
    add(body) {
      const id = reserve();
      write(id, body);
      return id;
    },
    addDeflated: (dictionary, content) => addStream(`${dictionary}/Filter/FlateDecode`, deflate(content)),
    addPacked: (dictionary, deflated) => addStream(`${dictionary}/Filter/FlateDecode`, deflated),
    addPlain: addStream,
    finish(trailer) {
      const start = length;
      const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
      put(latin1(`xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n${entries.join('')}`));
      put(latin1(`trailer\n<</Size ${offsets.length + 1}${trailer}>>\nstartxref\n${start}\n%%EOF\n`));
      return Buffer.concat(chunks, length);
    },
  };
}

/**
 * Deflated the same way on every machine (see `cutFace`). Quick by default: a page comes out a twelfth larger in half of
 * the time. `thorough` is for what is deflated once and kept.
 */
export function deflate(content: string, effort: 'quick' | 'thorough' = 'quick'): Uint8Array {
  return zlibSync(latin1(content), { level: effort === 'quick' ? 1 : 9 });
}

/** The four bytes above 127 tell file transfer programs that this is not text. */
const HEADER = Buffer.from('%PDF-1.7\n%\xE2\xE3\xCF\xD3\n', 'latin1');
const STREAM_END = Buffer.from('\nendstream\nendobj\n', 'latin1');

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
