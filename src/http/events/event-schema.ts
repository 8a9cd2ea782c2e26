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

const licenseExpiringSchema = z
  .object({
    account: z.string(),
    product: z.string().meta({ description: 'Its name, or the PID where the catalog has it no more.' }),
    pid: z.string(),
    activationCode: z.string().meta({ description: 'Masked.', examples: ['OS-…-3459'] }),
    seats: z.int(),
    validThrough: z.iso.date(),
    daysLeft: z.int().meta({ description: 'From today; 0 on the last day.' }),
    url: z.url().meta({ description: 'The account.' }),
  })
  .meta({
    id: 'LicenseExpiring',
    description:
      'An active license that ends in 90, 60, 30 or 7 days; one that is first seen later is told of once, for the nearest of these.',
  });

const endpointDisabledSchema = z
  .looseObject({ url: z.url().meta({ description: 'The webhook endpoint.' }) })
  .meta({ id: 'EndpointDisabled', description: 'A webhook endpoint that is told nothing any more.' });

export const toldEventSchema = z
  .object({
    id: z.uuid(),
    sequence: z.int().meta({ description: 'Rises in the order of decision.' }),
    type: z.string().meta({
      examples: ['upgrade_order.fulfilled', 'change_request.held', 'certificate.ready', 'license.expiring'],
      description:
        'The kind of message with `fulfilled`, `held` or `rejected`, `returned` of orders and change requests; or `certificate.ready`, `license.expiring`, `endpoint.disabled`.',
    }),
    timestamp: z.iso.datetime().meta({ description: 'UTC.' }),
    data: z.union([
      certificateReadySchema,
      licenseExpiringSchema,
      outcomeSchema
        .extend({ url: z.url() })
        .meta({ id: 'ToldOutcome', description: 'The outcome, codes masked.' }),
      endpointDisabledSchema,
    ]),
  })
  .meta({ id: 'ToldEvent', description: 'Something that happened.' });
