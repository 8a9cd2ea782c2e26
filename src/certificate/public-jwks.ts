import { z } from 'zod';

const publicJwk = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/u),
  kid: z.string().min(1),
  alg: z.literal('EdDSA'),
  use: z.literal('sig'),
});

/** The key set that certificates are checked against; also the schema for one that was saved to a file. */
export const publicJwksSchema = z.object({ keys: z.array(publicJwk) });

export type PublicJwk = z.infer<typeof publicJwk>;
export type PublicJwks = z.infer<typeof publicJwksSchema>;
