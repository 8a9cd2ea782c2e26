import { z } from 'zod';
import * as field from '#jobs/fields.ts';
import type { App } from '#src/http/app.ts';
import { operatorRoute } from '#src/http/callers/authenticated-route.ts';
import type { HttpContext } from '#src/http/context.ts';
import { listOf, page, pageQuery, positionOf } from '#src/http/list.ts';
import { always, json, responses } from '#src/http/responses.ts';
import { reading } from '#src/persistence/database.ts';
import { listMails } from '#src/persistence/mail-list.ts';
import { mailKinds, mailStatuses } from '#src/persistence/mails.ts';

const uuidShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const mailSchema = z.object({
  id: z.string().meta({ format: 'uuid' }),
  kind: z.enum(mailKinds),
  to: z.string().meta({ description: 'The recipient’s address.' }),
  at: z.string().meta({
    format: 'date-time',
    description: 'When it was sent or given up; when it was written, while it waits.',
  }),
  status: z.enum(mailStatuses).meta({
    description:
      '`queued`: owed, and tried again when it is due. `failed`: refused for good, or tried for a day.',
  }),
  attempts: z.int(),
  about: z.record(z.string(), z.unknown()).meta({ description: 'What it tells of. Holds no code.' }),
  fault: z
    .string()
    .nullable()
    .meta({ description: 'What the mail server, or the connection to it, said last.' }),
});

/** `GET /v1/mails`: what was mailed to whom and how it ended, without contents (contract §8). */
export function mailRoutes(app: App, { fulfillment }: HttpContext): void {
  app.get(
    '/mails',
    {
      ...operatorRoute,
      schema: {
        tags: ['Operators'],
        summary: 'What was mailed, to whom, and how it ended',
        description: 'In the order of writing. What mails say is not kept.',
        querystring: z.strictObject({
          to: z.string().min(1).max(254).optional().meta({ description: 'Mails to this address alone.' }),
          after: field.instant
            .optional()
            .meta({ description: 'Those written after this instant (RFC 3339).', format: 'date-time' }),
          ...pageQuery,
        }),
        response: responses({ 200: json('One page.', listOf(mailSchema)) }, 400, 403, ...always),
      },
    },
    async (request) => {
      const { to, after, limit, cursor } = request.query;
      const filter = { to, createdAfter: after, afterId: positionOf(cursor, uuidShape) };
      const found = await listMails(reading(fulfillment.database), filter, limit + 1);
      const { items, next } = page(found, limit, ({ id }) => id);
      return { items: items.map((item) => ({ ...item })), next };
    },
  );
}
