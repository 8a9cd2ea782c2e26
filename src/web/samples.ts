import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';

/** What the example catalog's downloads are: files that stand where a vendor's installers would be, and say so. */
const samples = ['sample-installer.sh', 'sample-installer.ps1'];

/** Serves the sample installers under `/samples`, for Deployment Kits of the example catalog. */
export function sampleRoutes(app: FastifyInstance): void {
  for (const name of samples) {
    const file = new URL(`../../examples/samples/${name}`, import.meta.url);
    app.get(`/samples/${name}`, { schema: { hide: true } }, async (_, reply) =>
      reply
        .type('text/plain; charset=utf-8')
        .headers({ 'cache-control': 'public, max-age=3600', 'x-content-type-options': 'nosniff' })
        .send(await readFile(file)),
    );
  }
}
