import { z } from 'zod';
import { outcomeSchema } from '#src/http/messages/outcome-schema.ts';

const certificateReadySchema = z
  .object({
    kind: z.string().meta({ description: 'Of the message that wrote the certificate.' }),
    id: z.uuid().meta({ description: 'Of that message.' }),
    number: z.string().meta({ description: 'Of that message.' }),
    orderNumber: z.string().optional(),
    requestNumber: z.string().optional(),
    reseller: z.string().optional(),
    certificate: z.object({ number: z.string(), version: z.int(), status: z.literal('ready') }),
    url: z.url(),
  })
  .meta({ id: 'CertificateReady', description: 'A certificate that is rendered.' });

export const toldEventSchema = z
  .object({
    id: z.uuid(),
    sequence: z.int().meta({ description: 'Rises in the order of decision.' }),
    type: z.string().meta({
      examples: ['upgrade_order.fulfilled', 'change_request.held', 'certificate.ready'],
      description:
        'The kind of message with `fulfilled`, `held` or `rejected`, `returned` of orders and change requests; or `certificate.ready`.',
    }),
    timestamp: z.iso.datetime().meta({ description: 'UTC.' }),
    data: z.union([
      certificateReadySchema,
      outcomeSchema
        .extend({ url: z.url() })
        .meta({ id: 'ToldOutcome', description: 'The outcome, codes masked.' }),
    ]),
  })
  .meta({ id: 'ToldEvent', description: 'Something that happened to a message.' });
