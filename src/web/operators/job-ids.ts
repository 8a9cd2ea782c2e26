import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { maskCodesIn } from '#src/domain/masked-codes.ts';
import { printable } from '#src/mechanisms/printable.ts';

/** Ids of jobs as pages and addresses show them. A producer may have put a code, or anything else, into the id of its job. */
export interface JobIds {
  /** The id as it may be shown; masked where it holds a code, with something behind it by which we find the job. */
  shown(id: string): string;
  /** The id that was shown so, whichever process showed it. */
  real(shown: string): string;
}

/** Longer ids are shown shortened, and their jobs cannot be opened: addresses have an end. */
const longestId = 2000;

/** @param secret of 32 bytes, the same in all processes */
export function createJobIds(secret: Buffer): JobIds {
  const macKey = derived(secret, 'job ids: mac');
  const cipherKey = derived(secret, 'job ids: cipher');
  // The start value is derived from the id, so that an id is always shown in the same way and cannot be altered unnoticed.
  const startOf = (id: Buffer) => createHmac('sha256', macKey).update(id).digest().subarray(0, 16);
  return {
    shown(id) {
      const told = printable(maskCodesIn(id.slice(0, longestId))).replaceAll('…', '...');
      if (told === id) return id;
      if (id.length > longestId) return `${told.slice(0, 60)}...`;
      const bytes = Buffer.from(id, 'utf8');
      const start = startOf(bytes);
      const cipher = createCipheriv('aes-256-ctr', cipherKey, start);
      const hidden = Buffer.concat([start, cipher.update(bytes), cipher.final()]).toString('hex');
      return `${told.slice(0, 60).replaceAll(/[^\w.-]/g, '_')}~${hidden}`;
    },
    real(shown) {
      const bytes = Buffer.from(/~([0-9a-f]{34,20000})$/.exec(shown)?.[1] ?? '', 'hex');
      if (bytes.length < 17) return shown;
      const start = bytes.subarray(0, 16);
      const decipher = createDecipheriv('aes-256-ctr', cipherKey, start);
      const id = Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]);
      return timingSafeEqual(start, startOf(id)) ? id.toString('utf8') : shown;
    },
  };
}

function derived(secret: Buffer, use: string): Buffer {
  return createHmac('sha256', secret).update(use).digest();
}
