import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { z } from 'zod';
import { changeRequest } from '#jobs/change-request.ts';
import type { MessageKind } from '#jobs/kinds.ts';
import { upgradeOrder } from '#jobs/upgrade-order.ts';
import { openedFor } from '#src/files/source.ts';

/** What a feed file holds: the kind of its messages, their schema, and the field that names each. */
export interface FeedKind {
  readonly kind: MessageKind;
  readonly schema: z.ZodType;
  readonly reference: 'orderNumber' | 'requestNumber';
}

const orders: FeedKind = { kind: 'upgrade-order', schema: upgradeOrder.schema, reference: 'orderNumber' };
const changes: FeedKind = {
  kind: 'change-request',
  schema: changeRequest.schema,
  reference: 'requestNumber',
};

/** As much of a file as its header row or first record may take. */
const beginningBytes = 65_536;

/** A header with `kind` and `requestNumber`, or a first record with both, means change requests (contract §7). */
export async function feedKindOf(file: string, noLinks = false): Promise<FeedKind> {
  const text = await beginningOf(file, noLinks);
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim());
  const first = lines.find((line) => line !== '' && !/^"?sep=/i.test(line)) ?? '';
  const names = extname(file).toLowerCase() === '.ndjson' ? namesOfRecord(first) : namesOfHeader(first);
  return names.has('kind') && names.has('requestNumber') ? changes : orders;
}

/** What cannot be read is refused by who reads all of it. */
async function beginningOf(file: string, noLinks: boolean): Promise<string> {
  try {
    const handle = await open(file, openedFor(noLinks));
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(beginningBytes), 0, beginningBytes, 0);
      const bytes = buffer.subarray(0, bytesRead);
      const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
      return bytes.toString(isWide ? 'utf16le' : 'utf8').replace(/^\uFEFF/, '');
    } finally {
      await handle.close();
    }
  } catch {
    return '';
  }
}

function namesOfHeader(line: string): ReadonlySet<string> {
  return new Set(line.split(/[,;\t]/).map((cell) => cell.replaceAll(/^[\s"]+|[\s"]+$/g, '')));
}

function namesOfRecord(line: string): ReadonlySet<string> {
  try {
    const record = z.record(z.string(), z.unknown()).safeParse(JSON.parse(line));
    return new Set(record.success ? Object.keys(record.data) : []);
  } catch {
    return new Set();
  }
}
