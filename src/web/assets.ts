import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { emblemSvg } from '#src/web/emblem.ts';
import { commonStyle, deskStyle } from '#src/web/stylesheet.ts';

/** The certificates' faces, Latin letters; browsers set other scripts in faces of their own. */
const fonts: Readonly<Record<string, string>> = {
  'eb-garamond.woff2': '@fontsource-variable/eb-garamond/files/eb-garamond-latin-wght-normal.woff2',
  'source-sans-3.woff2': '@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2',
  'ibm-plex-mono.woff2': '@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-400-normal.woff2',
};

const kept = 'public, max-age=604800';

/** Stylesheets, fonts and emblem under `/assets`: public, and the same for customers and operators. */
export function assetRoutes(app: FastifyInstance): void {
  const hidden = { schema: { hide: true } };
  for (const { path, text } of [commonStyle, deskStyle])
    app.get(path, hidden, (_, reply) =>
      reply
        .type('text/css; charset=utf-8')
        .headers({ 'cache-control': kept, 'x-content-type-options': 'nosniff' })
        .send(text),
    );
  app.get('/assets/emblem.svg', hidden, (_, reply) =>
    reply
      .type('image/svg+xml')
      .headers({ 'cache-control': kept, 'x-content-type-options': 'nosniff' })
      .send(emblemSvg),
  );
  for (const [name, module] of Object.entries(fonts)) {
    const file = fileURLToPath(import.meta.resolve(module));
    app.get(`/assets/fonts/${name}`, hidden, async (_, reply) =>
      reply
        .type('font/woff2')
        .headers({ 'cache-control': kept, 'x-content-type-options': 'nosniff' })
        .send(await readFile(file)),
    );
  }
}
