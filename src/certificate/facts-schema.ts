import { z } from 'zod';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';

const note = z.strictObject({ code: z.string(), message: z.string() });

const customer = z.strictObject({
  account: z.string().nullable(),
  company: z.string(),
  contact: z.string().optional(),
  email: z.string(),
  country: z.string().optional(),
});

const head = {
  layout: z.union([z.literal(1), z.literal(2)]),
  secret: z
    .string()
    .regex(/^[A-Za-z0-9_-]{22}$/u)
    .optional(),
  number: z.string(),
  version: z.int().positive(),
  issuedOn: z.iso.date(),
  reseller: z.string().nullable(),
  orderNumber: z.string(),
  customer,
};

const line = z.strictObject({
  component: z.string(),
  pid: z.string(),
  action: z.enum([
    'retained',
    'issued',
    'awaiting-registration',
    'available',
    'changed',
    'unchanged',
    'reverted',
    'revoked',
    'suspended',
    'resumed',
    'replaced',
  ]),
  activationCode: z.string().optional(),
  seats: z.int().optional(),
  previousSeats: z.int().optional(),
  validThrough: z.iso.date().optional(),
  previouslyValidThrough: z.iso.date().optional(),
  notes: z.array(note),
});

const mergedLicense = z.strictObject({
  activationCode: z.string(),
  account: z.string(),
  pid: z.string(),
  seats: z.int(),
  validThrough: z.iso.date(),
  previousSeats: z.int(),
  previouslyValidThrough: z.iso.date(),
});

/** Facts as they come back from a file. Strict: a member that we do not know would not be on the page either. */
export const certificateFactsSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...head,
    kind: z.literal('upgrade'),
    registrationKey: z.string(),
    suite: z.strictObject({ code: z.string(), name: z.string() }),
    seats: z.int(),
    startsOn: z.iso.date().optional(),
    validThrough: z.iso.date(),
    lines: z.array(line),
  }),
  z.strictObject({
    ...head,
    kind: z.literal('merge'),
    mergeKind: z.enum(['service', 'on-premises']),
    product: z.strictObject({ pid: z.string(), name: z.string() }),
    survivor: mergedLicense,
    merged: z.array(mergedLicense),
  }),
  z.strictObject({
    ...head,
    kind: z.literal('change'),
    change: z.enum([
      'seats',
      'renewal',
      'cancellation',
      'return',
      'suspension',
      'resumption',
      'code-replacement',
    ]),
    returned: z.string().optional(),
    registrationKey: z.string().nullable(),
    suite: z.strictObject({ code: z.string(), name: z.string() }).nullable(),
    seats: z.int().optional(),
    validThrough: z.iso.date().optional(),
    lines: z.array(line),
  }),
  z.strictObject({
    ...head,
    kind: z.literal('undo-merge'),
    mergeRequest: z.string(),
    product: z.strictObject({ pid: z.string(), name: z.string() }),
    survivor: mergedLicense,
    restored: z.array(mergedLicense),
  }),
]) satisfies z.ZodType<CertificateFacts>;
