import { z } from 'zod';
import * as field from '#jobs/fields.ts';
import { messageKinds } from '#jobs/kinds.ts';
import { outcomeSchema } from '#src/http/messages/outcome-schema.ts';

const hold = {
  id: z.uuid(),
  kind: z.enum(messageKinds),
  reference: z.string().meta({ description: 'The order or request number; the id of a registration.' }),
  reseller: z.string().nullable(),
  messageId: z.uuid().meta({ description: 'The order, registration or request itself.' }),
  code: z.string().meta({ examples: ['SEATS_BELOW_HOLDING'] }),
  message: z.string().meta({ description: 'Why a person has to decide.' }),
  details: z.record(z.string(), z.unknown()),
  heldAt: z.iso.datetime(),
};

export const holdSchema = z
  .object(hold)
  .meta({ id: 'Hold', description: 'A message that was set aside for a person.' });

export const decidedHoldSchema = z
  .object({
    ...hold,
    decision: z.enum(['approved', 'rejected']),
    decidedAt: z.iso.datetime(),
    decidedBy: z.string().meta({ description: "The operator's name." }),
    reason: z.string(),
    keep: z.array(z.string()),
    note: z.string().nullable().meta({ description: 'For the inside.' }),
    outcome: outcomeSchema.meta({
      description: 'What became of the message: another check may hold it again, with a hold of its own.',
    }),
  })
  .meta({ id: 'DecidedHold' });

const reason = field.line(1000).meta({
  description: 'Why; it stays in the history, where the reseller reads it, without your name.',
  examples: ['Confirmed by phone.'],
});

const note = field
  .line(1000)
  .optional()
  .meta({ description: 'For the inside: resellers never see it.', examples: ['Spoke to their accounting.'] });

export const approvalSchema = z
  .strictObject({
    reason,
    note,
    keep: field
      .list(field.activationCode)
      .optional()
      .meta({ description: 'For `AMBIGUOUS_PRODUCT_FAMILY`: the Activation Codes that shall live on.' }),
    despiteNewer: z.boolean().optional().meta({
      description:
        'Approve although it changes what a newer order has set since (409 `NEWER_ORDER_FULFILLED`).',
    }),
  })
  .meta({ id: 'Approval' });

export const rejectionSchema = z.strictObject({ reason, note }).meta({ id: 'Rejection' });
