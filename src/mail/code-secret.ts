import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { codeFromBytes } from '#src/domain/customers/sign-in.ts';

/**
 * The six digits of sign-in codes. They are derived from their row's id by a secret, so that the process that mails a code knows it
 * without its being kept anywhere; the row holds a keyed hash alone.
 */
export interface CodeSecret {
  /** The six digits of a row. */
  codeOf(id: string): string;
  /** What the row keeps of them. */
  hmacOf(id: string, code: string): Buffer;
  /** In the same time whatever the digits. */
  matches(id: string, typed: string, hmac: Buffer): boolean;
}

/** @param seed known to all processes and to nobody else: the private key that certificates are signed with */
export function createCodeSecret(seed: Uint8Array): CodeSecret {
  const keyFor = (use: string) =>
    Buffer.from(hkdfSync('sha256', seed, new Uint8Array(), `chancery sign-in ${use}`, 32));
  const drawing = keyFor('codes');
  const keeping = keyFor('hashes');
  const hmacOf = (id: string, code: string) => createHmac('sha256', keeping).update(`${id} ${code}`).digest();
  return {
    codeOf: (id) => codeFromBytes(createHmac('sha256', drawing).update(id).digest()),
    hmacOf,
    matches: (id, typed, hmac) => timingSafeEqual(hmacOf(id, typed), hmac),
  };
}
