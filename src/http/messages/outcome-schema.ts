import { z } from 'zod';
import { changeKinds } from '#src/domain/lifecycle/change-request.ts';
import { messageStatuses } from '#src/persistence/messages.ts';

const date = z.iso.date().meta({ description: 'Inclusive.', examples: ['2027-11-30'] });

const noteSchema = z
  .object({
    code: z.string().meta({ examples: ['KEPT_LATER_DATE'] }),
    message: z.string(),
  })
  .meta({ id: 'Note', description: 'Something that a person should know of the outcome.' });

export const reasonSchema = z
  .object({
    code: z.string().meta({ examples: ['SEATS_BELOW_HOLDING'] }),
    message: z.string(),
    details: z.record(z.string(), z.unknown()).meta({ description: 'What it is about; codes are masked.' }),
  })
  .meta({ id: 'Reason', description: 'Why a message was rejected or held.' });

/** Of orders, registrations and change requests. */
const lineActions = [
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
] as const;

const seatDays = z.int().meta({
  description:
    'Seats × days left (end − today, at least 0) after, less the same before: what to prorate by. A revoked line counts as 0 after.',
});

const lineSchema = z
  .object({
    component: z.string().meta({ examples: ['OfficeScan'] }),
    pid: z.string().meta({ examples: ['100101DE02'] }),
    action: z.enum(lineActions).meta({
      description:
        '`retained`: owned before, and extended. `issued`: a new Activation Code. `awaiting-registration` (orders) and `available` (registrations): not yet. Of change requests: `changed`, `unchanged`, `suspended`, `resumed`, `replaced` (a new code); of returns `reverted` and `revoked`.',
    }),
    activationCode: z.string().optional(),
    seats: z.int().optional(),
    previousSeats: z.int().optional(),
    validThrough: date.optional(),
    previouslyValidThrough: date.optional(),
    seatDays,
    notes: z.array(noteSchema),
  })
  .meta({ id: 'Line', description: 'What became of one component of the suite, or of one license.' });

const mergedLicenseSchema = z
  .object({
    activationCode: z.string(),
    account: z.string(),
    pid: z.string(),
    seats: z.int().meta({ description: 'After the merge.' }),
    validThrough: date,
    previousSeats: z.int(),
    previouslyValidThrough: date,
    seatDays,
  })
  .meta({ id: 'MergedLicense', description: 'A license after and before a merge, or its undoing.' });

export const outcomeSchema = z
  .object({
    id: z.uuid().optional().meta({ description: 'Absent in a preview.' }),
    orderNumber: z.string().optional().meta({ description: 'Orders only.' }),
    requestNumber: z.string().optional().meta({ description: 'Merge and change requests only.' }),
    reseller: z.string().optional(),
    status: z.enum(messageStatuses).meta({
      description:
        '`accepted`: recorded, not yet decided. `held`: a person has to decide. `fulfilled` and `rejected` are final.',
    }),
    acceptedAt: z.iso.datetime().optional().meta({ description: 'UTC.' }),
    agreementVersion: z.string().optional().meta({
      description: 'Of the License Agreement that was accepted, for registrations that came by the portal.',
    }),
    account: z.string().optional(),
    reason: reasonSchema.optional().meta({ description: 'Of a held or rejected message.' }),
    hold: z.uuid().optional().meta({ description: 'The hold that waits for a person.' }),
    notes: z.array(noteSchema),
    replaces: z
      .uuid()
      .optional()
      .meta({ description: 'The rejected message of the same number that this one is a new try of.' }),
    replacedBy: z.uuid().optional().meta({ description: 'The new try that was made of this rejected one.' }),
    suite: z
      .string()
      .optional()
      .meta({ examples: ['SPC'] }),
    seats: z.int().optional(),
    validThrough: date.optional(),
    registrationKey: z
      .string()
      .optional()
      .meta({ examples: ['SP-7K2M-9XQ4-TWHC-3MZC'] }),
    certificate: z
      .object({
        number: z.string().meta({ examples: ['LC-2026-0000001'] }),
        version: z.int(),
        status: z.enum(['pending', 'ready']).meta({ description: 'Whether its PDF is rendered.' }),
      })
      .optional(),
    lines: z.array(lineSchema).optional().meta({ description: 'One for each component of the suite.' }),
    product: z.string().optional().meta({ description: 'What a merge merged.' }),
    survivor: mergedLicenseSchema.optional(),
    merged: z.array(mergedLicenseSchema).optional(),
    restored: z
      .array(mergedLicenseSchema)
      .optional()
      .meta({ description: 'What an undone merge had merged, as it is again.' }),
    kind: z.enum(changeKinds).optional().meta({ description: 'Change requests only.' }),
    returnedBy: z
      .object({ requestNumber: z.string(), id: z.uuid(), at: z.iso.datetime() })
      .optional()
      .meta({ description: 'The return that took it back; it was fulfilled, and keeps its status.' }),
  })
  .meta({
    id: 'Outcome',
    description:
      'What became of an order, a registration, a merge request or a change request. Codes are shown in full for accounts of your own, masked (`OS-…-9XQ4`) otherwise.',
    examples: [
      {
        id: '0199c0de-0000-7000-8000-000000000001',
        orderNumber: 'PO-2026-00123',
        reseller: 'northwind',
        status: 'fulfilled',
        acceptedAt: '2026-11-20T09:30:00.000Z',
        account: 'acme',
        notes: [],
        suite: 'SPC',
        seats: 250,
        validThrough: '2027-11-30',
        registrationKey: 'SP-7K2M-9XQ4-TWHC-3MZC',
        certificate: { number: 'LC-2026-0000001', version: 1, status: 'ready' },
        lines: [
          {
            component: 'OfficeScan',
            pid: '100101DE02',
            action: 'retained',
            activationCode: 'OS-9K2M-4T7XW-Q8H3C-ZP5VN-6RJDA-BE2GY',
            seats: 250,
            previousSeats: 200,
            validThrough: '2027-11-30',
            previouslyValidThrough: '2027-03-31',
            seatDays: 67_550,
            notes: [],
          },
          {
            component: 'Control Manager',
            pid: '100102EN01',
            action: 'awaiting-registration',
            seatDays: 0,
            notes: [],
          },
        ],
      },
    ],
  });

export const acceptedSchema = z
  .object({
    id: z.uuid().meta({ examples: ['0199c0de-0000-7000-8000-000000000001'] }),
    status: z.literal('accepted'),
  })
  .meta({ id: 'Accepted', description: 'The message is durable; its outcome is at `Location`.' });

export const eventSchema = z
  .object({
    at: z.iso.datetime().meta({ description: 'UTC.' }),
    event: z.string().meta({ examples: ['accepted', 'fulfilled', 'hold-approved', 'certificate-rendered'] }),
    by: z
      .string()
      .meta({ description: 'Who did it.', examples: ['reseller northwind', 'operator maria', 'worker'] }),
    details: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'Event', description: 'One line of the history of a message.' });
