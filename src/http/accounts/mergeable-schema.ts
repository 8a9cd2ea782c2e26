import { z } from 'zod';
import { deliveries } from '#src/domain/catalog.ts';
import { editions, licenseStatuses, licenseTypes } from '#src/domain/license.ts';
import { reasonSchema } from '#src/http/messages/outcome-schema.ts';

const partnerSchema = z
  .object({
    account: z
      .string()
      .optional()
      .meta({ description: 'Service: the account that would merge into this one.' }),
    activationCode: z
      .string()
      .optional()
      .meta({ description: 'On premises: the license that would merge into this one.' }),
    mergeable: z.enum(['yes', 'held', 'no']).meta({ description: '`held`: a person would have to approve.' }),
    seats: z.int().optional().meta({ description: 'Of the retained license after the merge.' }),
    validThrough: z.iso.date().optional().meta({ description: 'Of the retained license after the merge.' }),
    reason: reasonSchema.optional().meta({ description: 'Why not, or why a person would have to decide.' }),
  })
  .meta({ id: 'MergePartner' });

export const mergeableProductSchema = z
  .object({
    product: z.string().meta({ examples: ['WFBS'] }),
    pid: z.string(),
    kind: z.enum(deliveries).meta({ description: 'The kind of merge request that the product takes.' }),
    licenses: z.array(
      z.object({
        activationCode: z.string(),
        pid: z.string(),
        seats: z.int(),
        validThrough: z.iso.date(),
        type: z.enum(licenseTypes),
        edition: z.enum(editions),
        status: z.enum(licenseStatuses),
        with: z
          .array(partnerSchema)
          .meta({ description: 'With this license retained: what else could merge into it, or why not.' }),
        more: z.int().optional().meta({ description: 'How many further partners are not listed.' }),
        reason: reasonSchema.optional().meta({ description: 'Why there is nothing to merge with at all.' }),
      }),
    ),
  })
  .meta({ id: 'MergeableProduct' });
