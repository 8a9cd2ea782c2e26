import { z } from 'zod';
import { eventTypes } from '#jobs/event-types.ts';
import type { EndpointRow } from '#src/persistence/webhook-endpoints.ts';

const url = z
  .string('must be a URL')
  .min(1, 'must not be empty')
  .max(2048, 'must have at most 2048 characters')
  .meta({ description: 'Where to post to, by https.', examples: ['https://example.com/hooks/chancery'] });

const types = z
  .array(z.enum(eventTypes, { error: 'must be a type of event' }), 'must be a list of types')
  .max(eventTypes.length, `must have at most ${eventTypes.length} items`)
  .transform((list) => [...new Set(list)])
  .meta({
    description: 'Types of events to tell; empty or absent: all, also those that come to be.',
    examples: [['upgrade_order.fulfilled', 'upgrade_order.held', 'upgrade_order.rejected']],
  });

export const newEndpointSchema = z.strictObject({ url, types: types.optional() }).meta({
  id: 'NewWebhookEndpoint',
  examples: [{ url: 'https://example.com/hooks/chancery', types: ['upgrade_order.fulfilled'] }],
});

export const endpointPatchSchema = z
  .strictObject({
    url: url.optional(),
    types: types.optional(),
    enabled: z.boolean('must be true or false').optional().meta({
      description:
        'false: what waits is cancelled, and nothing more is told. true: it hears again what happens from now on.',
    }),
  })
  .meta({ id: 'WebhookEndpointChange', examples: [{ enabled: true }] });

const instant = z.iso.datetime();

export const endpointSchema = z
  .object({
    id: z.uuid(),
    reseller: z
      .string()
      .nullable()
      .meta({ description: 'Whose events it hears; null: everything, for operators.' }),
    url: z.string(),
    types: z.array(z.string()).meta({ description: 'Empty: all.' }),
    enabled: z.boolean(),
    createdAt: instant,
    createdBy: z.string(),
    secretRotatedAt: instant,
    previousSecretUntil: instant
      .optional()
      .meta({ description: 'Until when the secret before signs, too; there are two signatures then.' }),
    failingSince: instant.optional().meta({ description: 'Since when every attempt has failed.' }),
    disabledAt: instant.optional(),
    disabledBecause: z.enum(['BY_OWNER', 'GONE', 'ONLY_FAILURES', 'KEY_ENDED']).optional().meta({
      description:
        'By whoever owns it, by an answer 410, by five days in which every attempt failed, or with the API key of its reseller.',
    }),
  })
  .meta({ id: 'WebhookEndpoint' });

export const endpointWithSecretSchema = endpointSchema
  .extend({
    secret: z.string().meta({
      description: 'Verifies what is sent, by Standard Webhooks. Shown this once.',
      examples: ['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'],
    }),
  })
  .meta({ id: 'WebhookEndpointWithSecret' });

export function shownEndpoint(row: EndpointRow): z.output<typeof endpointSchema> {
  const { id, reseller, url: to, types: told, enabled, createdBy, previousUntil, disabledBecause } = row;
  const isStill = previousUntil !== null && Date.parse(previousUntil) > Date.now();
  return {
    id,
    reseller,
    url: to,
    types: [...told],
    enabled,
    createdAt: iso(row.createdAt),
    createdBy,
    secretRotatedAt: iso(row.rotatedAt),
    ...(isStill && { previousSecretUntil: iso(previousUntil) }),
    ...(row.failingSince !== null && { failingSince: iso(row.failingSince) }),
    ...(row.disabledAt !== null && { disabledAt: iso(row.disabledAt) }),
    ...(disabledBecause !== null && { disabledBecause }),
  };
}

function iso(at: string): string {
  return new Date(at).toISOString();
}
