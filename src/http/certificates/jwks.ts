import { z } from 'zod';
import { publicJwksSchema } from '#src/certificate/public-jwks.ts';
import type { App } from '#src/http/app.ts';
import type { HttpContext } from '#src/http/context.ts';
import { json, responses } from '#src/http/responses.ts';

/** Verifiers may keep the keys for an hour; a new key is published before it signs. */
const cacheSeconds = 3600;

export function jwksRoute(app: App, { jwks }: HttpContext): void {
  app.get(
    '/.well-known/jwks.json',
    {
      schema: {
        tags: ['Certificates'],
        summary: 'The public keys of the certificates',
        description: 'A JSON Web Key Set (RFC 7517) to check the JWS in the QR code of a certificate with.',
        security: [],
        querystring: z.object({}),
        response: responses({ 200: json('The keys.', publicJwksSchema.meta({ id: 'KeySet' })) }, 431, 503),
      },
    },
    async (_, reply) => {
      void reply.header('cache-control', `public, max-age=${cacheSeconds}`);
      return reply.send(await jwks());
    },
  );
}
