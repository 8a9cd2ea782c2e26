import { z } from 'zod';
import * as field from '#jobs/fields.ts';
import type { App } from '#src/http/app.ts';
import { operatorRoute } from '#src/http/callers/authenticated-route.ts';
import type { HttpContext } from '#src/http/context.ts';
import { listOf, page, pageQuery, positionOf } from '#src/http/list.ts';
import { always, json, responses } from '#src/http/responses.ts';
import { dayStart } from '#src/mechanisms/day-start.ts';
import { actorNamed, auditActions, auditSubjects, findAudit } from '#src/persistence/audit.ts';
import { reading } from '#src/persistence/database.ts';

const moment = z.union([z.iso.datetime({ offset: true }), z.iso.date()], 'must be an instant or a day');

const auditQuery = z.strictObject({
  ...pageQuery,
  by: field
    .line(100)
    .optional()
    .meta({ description: 'As it stands there: `operator maria`, `system`; a name alone is an operator’s.' }),
  action: z.enum(auditActions).optional(),
  subject: field.line(300).optional().meta({ description: 'Id or name of what was changed.' }),
  account: field.accountId.optional(),
  from: moment.optional().meta({ description: 'From this instant on, or this day (UTC).' }),
  to: moment.optional().meta({ description: 'Up to this instant, or through this day (UTC).' }),
  before: z.iso.datetime({ offset: true }).optional().meta({ description: 'The same as `to`.' }),
});

const auditEntrySchema = z
  .object({
    id: z.uuid(),
    at: z.iso.datetime(),
    by: z.string().meta({ examples: ['operator maria'] }),
    action: z.enum(auditActions),
    on: z.object({ kind: z.enum(auditSubjects), id: z.string() }),
    account: z.string().nullable(),
    because: z.string().nullable().meta({ description: 'The reason that was given.' }),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEntry', description: 'A change that a person made. Codes are masked.' });

const uuidShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `GET /audit`: who changed what, and why (contract §9). */
export function auditRoute(app: App, { fulfillment }: HttpContext): void {
  app.get(
    '/audit',
    {
      ...operatorRoute,
      schema: {
        tags: ['Operators'],
        summary: 'Who changed what, and why',
        description: 'Every change that a person made, the latest first. Nothing in it is ever altered.',
        querystring: auditQuery,
        response: responses({ 200: json('One page.', listOf(auditEntrySchema)) }, 400, 403, ...always),
      },
    },
    async (request) => {
      const { limit, cursor, by, from, to, before, ...filter } = request.query;
      const after = positionOf(cursor, uuidShape);
      const found = await findAudit(
        reading(fulfillment.database),
        {
          ...filter,
          actor: by && actorNamed(by),
          from: dayStart(from) ?? from,
          before: before ?? dayStart(to, 1) ?? to,
          after,
        },
        limit + 1,
      );
      const { items, next } = page(found, limit, ({ id }) => id);
      return {
        items: items.map(({ id, at, actor, action, subjectKind, subject, account, reason, details }) => ({
          id,
          at,
          by: actor,
          action,
          on: { kind: subjectKind, id: subject },
          account,
          because: reason,
          details,
        })),
        next,
      };
    },
  );
}
