import { parseSigningKey } from '#src/certificate/signing-key.ts';

/** A key that is the same in every run, so that what is signed with it is too. */
export const sampleKey = parseSigningKey(Buffer.alloc(32, 7).toString('base64url'));
