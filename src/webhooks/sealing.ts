import { createCipheriv, createDecipheriv, hash, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Keeps secrets in PostgreSQL so that the rows alone do not give them away: AES-256-GCM, bound to the row. It is worth as much as its key
 * is away from the rows. A key of the environment keeps them from whoever gets a backup; one that PostgreSQL holds itself
 * only from whoever sees single tables. Against somebody who has the environment of a process nothing helps but a key service.
 */
export interface Sealing {
  /** @param about what the secret belongs to; it opens for that alone */
  seal(secret: string, about: string): Buffer;
  /** @returns undefined when no key that is known opens it */
  open(sealed: Uint8Array, about: string): string | undefined;
}

const keyNameBytes = 4;
const ivBytes = 12;
const tagBytes = 16;

interface Key {
  readonly name: Buffer;
  readonly bytes: Buffer;
}

/** @param seeds secrets of 32 bytes or more: the first seals, all of them open */
export function createSealing(seeds: readonly Uint8Array[]): Sealing {
  const keys = seeds.map(keyOf);
  const [first] = keys;
  if (!first) throw new Error('Sealing takes a key.');
  return {
    seal(secret, about) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', first.bytes, iv);
      cipher.setAAD(Buffer.from(about, 'utf8'));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return Buffer.concat([first.name, iv, cipher.getAuthTag(), text]);
    },
    open(sealed, about) {
      const given = Buffer.from(sealed);
      const name = given.subarray(0, keyNameBytes);
      const key = keys.find((one) => one.name.equals(name));
      if (!key || given.length < keyNameBytes + ivBytes + tagBytes) return undefined;
      const [ivEnd, tagEnd] = [keyNameBytes + ivBytes, keyNameBytes + ivBytes + tagBytes];
      const decipher = createDecipheriv('aes-256-gcm', key.bytes, given.subarray(keyNameBytes, ivEnd), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(Buffer.from(about, 'utf8'));
      decipher.setAuthTag(given.subarray(ivEnd, tagEnd));
      try {
        return Buffer.concat([decipher.update(given.subarray(tagEnd)), decipher.final()]).toString('utf8');
      } catch {
        // Altered, or of another row.
        return undefined;
      }
    },
  };
}

function keyOf(seed: Uint8Array): Key {
  const bytes = Buffer.from(hkdfSync('sha256', seed, new Uint8Array(), 'chancery webhook secrets', 32));
  return { bytes, name: hash('sha256', bytes, 'buffer').subarray(0, keyNameBytes) };
}
