import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifySchema } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { kinds, messageKinds } from '#jobs/kinds.ts';
import type { App } from '#src/http/app.ts';
import { describedDocument } from '#src/http/documents/described-document.ts';
import { operationId } from '#src/http/documents/described-parts.ts';
import { resources, withArticle } from '#src/http/messages/kinds.ts';
import type { Answer } from '#src/http/responses.ts';
import { colours, emblemSvg } from '#src/web/emblem.ts';

/** The OpenAPI document, made of the routes' zod schemas, at `/docs/json`, and readable at `/docs` with nothing loaded from elsewhere. */
export async function addDocuments(app: App, environmentName: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Chancery',
        version: '1',
        description: introduction,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: environmentName }],
      tags,
      components: {
        securitySchemes: {
          apiKey: {
            type: 'http',
            scheme: 'bearer',
            description:
              'An API key, `chk_…`, of a reseller (who sees and does only its own) or of an operator.',
          },
        },
      },
      security: [{ apiKey: [] }],
    },
    transform: withHeadersAndExamples,
    transformObject: (document) => describedDocument(jsonSchemaTransformObject(document)),
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    // Where the browser sees us; a proxy may say so in each request.
    transformSpecification: (document, { base }) =>
      base === '' ? document : { ...document, servers: [{ url: base, description: environmentName }] },
    transformSpecificationClone: false,
    // Hides the logo's link to another site and keeps the page quiet.
    uiConfig: {
      docExpansion: 'list',
      defaultModelsExpandDepth: 0,
      displayRequestDuration: true,
      deepLinking: true,
    },
    staticCSP:
      "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'self'; object-src 'none'",
    logo: { type: 'image/svg+xml', content: emblemSvg, href: '/docs' },
    theme: {
      title: 'Chancery API',
      css: [{ filename: 'chancery.css', content: style }],
      favicon: [
        {
          filename: 'emblem.svg',
          rel: 'icon',
          type: 'image/svg+xml',
          sizes: 'any',
          content: Buffer.from(emblemSvg),
        },
      ],
    },
  });
}

/** The transform of the schemas leaves out what else a route says of its answers: headers, and examples of its problems. */
const withHeadersAndExamples: typeof jsonSchemaTransform = (input) => {
  const output = jsonSchemaTransform(input);
  const [method = ''] = [input.route.method].flat();
  Object.assign(output.schema ?? {}, { operationId: operationId(method, input.url) });
  const shown = answersIn(output.schema);
  for (const [status, { headers, content = {} }] of Object.entries(answersIn(input.schema))) {
    const answer = shown[status];
    if (answer && headers) Object.assign(answer, { headers });
    for (const [type, { example }] of Object.entries(content))
      if (example) Object.assign(answer?.content?.[type] ?? {}, { example });
  }
  return output;
};

function answersIn(schema: FastifySchema | undefined): Readonly<Record<string, Answer>> {
  return answers.safeParse(schema?.response).data ?? {};
}

const answers = z.record(
  z.string(),
  z.custom<Answer>((value) => typeof value === 'object' && value !== null),
);

const introduction = `Upgrade orders in; Registration Keys, License Certificates and Activation Codes out.

A message (${messageKinds.map((kind) => withArticle(kinds[kind].noun)).join(', ')}) is answered with **202** as soon as it is recorded durably; what becomes of it is read at its \`Location\`. What the message alone decides is answered at once. Sending a message again is always safe: the same content is a repeat (**200**, \`Idempotent-Replayed: true\`), other content under the same number a conflict (**409**).

Refusals are \`application/problem+json\` (RFC 9457) with a \`code\` for programs. Codes are accepted in any case, with or without hyphens and spaces. Dates named \`validThrough\` are inclusive; instants are RFC 3339.`;

const tags = [
  ...messageKinds.map((kind) => resources[kind].tag),
  { name: 'Accounts', description: 'What customers hold.' },
  { name: 'Catalog', description: 'What can be ordered.' },
  { name: 'Certificates', description: 'Fetch and check License Certificates.' },
  { name: 'Events', description: 'What happened to messages, to read on from a cursor.' },
  { name: 'Operators', description: 'Holds and searching; needs the API key of an operator.' },
  { name: 'Operation', description: 'Probes and metrics.' },
];

const style = `
body { background: ${colours.paper} }
.swagger-ui .topbar { background: ${colours.ink}; border-bottom: 3px solid ${colours.gold}; padding: 8px 0 }
.swagger-ui .topbar .link img, .swagger-ui .topbar .link svg { height: 38px; width: 38px }
.swagger-ui .topbar .download-url-wrapper { display: none !important }
.swagger-ui .info { margin: 30px 0 20px }
.swagger-ui .info .title, .swagger-ui .opblock-tag { font-family: Georgia, 'Times New Roman', serif; color: ${colours.ink} }
.swagger-ui .scheme-container { background: none; box-shadow: none; padding: 0 0 10px }
.swagger-ui .btn.authorize { color: ${colours.bronze}; border-color: ${colours.gold} }
.swagger-ui .btn.authorize svg { fill: ${colours.gold} }
.swagger-ui .opblock { box-shadow: none }
`;
