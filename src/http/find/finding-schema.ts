import { z } from 'zod';
import { messageKinds } from '#jobs/kinds.ts';
import { editions, licenseStatuses, licenseTypes } from '#src/domain/license.ts';
import { messageStatuses } from '#src/persistence/messages.ts';

const certificate = z.object({ number: z.string(), version: z.int() });

const replaced = z
  .object({ code: z.string(), until: z.iso.date().nullable() })
  .optional()
  .meta({ description: 'The old code that was looked for, and the last day on which it still resolves.' });

const findings = [
  z.object({
    what: z.literal('registration-key'),
    registrationKey: z.string(),
    suite: z.string(),
    account: z.string().nullable(),
    company: z.string(),
    reseller: z.string(),
    orderNumber: z.string().meta({ description: 'Of the latest order.' }),
    seats: z.int(),
    validThrough: z.iso.date(),
    aliasOf: z.string().nullable().meta({ description: 'The older key that this one stands for now.' }),
    certificate,
    replaced,
  }),
  z.object({
    what: z.literal('activation-code'),
    activationCode: z.string(),
    product: z.string(),
    pid: z.string(),
    account: z.string(),
    company: z.string(),
    reseller: z.string().nullable(),
    type: z.enum(licenseTypes),
    edition: z.enum(editions),
    status: z.enum(licenseStatuses),
    seats: z.int(),
    validThrough: z.iso.date(),
    mergedInto: z.string().nullable(),
    registrationKey: z.string().nullable().meta({ description: 'That it was issued for.' }),
    replaced,
  }),
  z.object({
    what: z.literal('message'),
    id: z.uuid(),
    kind: z.enum(messageKinds),
    number: z.string(),
    reseller: z.string().nullable(),
    account: z.string().nullable(),
    company: z.string().nullable().meta({ description: 'That an order says its customer is.' }),
    status: z.enum(messageStatuses),
    acceptedAt: z.iso.datetime(),
  }),
  z.object({
    what: z.literal('certificate'),
    number: z.string(),
    version: z.int().meta({ description: 'The latest.' }),
    account: z.string().nullable(),
    company: z.string(),
    reseller: z.string().nullable(),
    registrationKey: z.string().nullable(),
    message: z.uuid().meta({ description: 'That wrote the latest version.' }),
  }),
] as const;

export const findingSchema = z
  .discriminatedUnion('what', findings)
  .meta({ id: 'Finding', description: 'What a text turned out to be.' });

export const hitSchema = z
  .discriminatedUnion('what', [
    ...findings,
    z.object({
      what: z.literal('account'),
      account: z.string(),
      company: z.string(),
      reseller: z.string().nullable(),
    }),
    z.object({
      what: z.literal('hold'),
      hold: z.uuid(),
      code: z.string().meta({ description: 'Why it was held.' }),
      message: z.uuid(),
      decision: z.enum(['approved', 'rejected']).nullable(),
    }),
    z.object({
      what: z.literal('rejected-message'),
      id: z.uuid(),
      queue: z.string(),
      code: z.string().meta({ description: 'Why it could not be accepted.' }),
      number: z.string().nullable().meta({ description: 'The order or request number that it says.' }),
    }),
  ])
  .meta({ id: 'Hit', description: 'What a search found.' });
