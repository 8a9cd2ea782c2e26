import { z } from 'zod';
import { causeKinds } from '#jobs/kinds.ts';
import { editions, licenseStatuses, licenseTypes } from '#src/domain/license.ts';

const grantSchema = z
  .object({
    number: z.int().meta({ description: "1 for the license's first." }),
    causeKind: z.enum(causeKinds),
    cause: z.uuid().meta({ description: 'The message, decided hold or import that caused it.' }),
    seats: z.int().meta({ description: 'After the change.' }),
    validThrough: z.iso.date(),
    madeAt: z.iso.datetime(),
  })
  .meta({ id: 'Grant', description: "One change of a license's seats or validity." });

export const licenseSchema = z
  .object({
    activationCode: z.string().meta({ examples: ['OS-9K2M-4T7XW-Q8H3C-ZP5VN-6RJDA-BE2GY'] }),
    product: z.string().meta({ examples: ['OfficeScan'] }),
    pid: z.string().meta({ examples: ['100101DE02'] }),
    seats: z.int(),
    validThrough: z.iso.date().meta({ description: 'Inclusive.' }),
    type: z.enum(licenseTypes),
    edition: z.enum(editions),
    status: z.enum(licenseStatuses).meta({ description: 'As it counts today (UTC).' }),
    mergedInto: z
      .string()
      .nullable()
      .meta({ description: 'The Activation Code that lives on; masked when its account is not yours.' }),
    grants: z.array(grantSchema),
  })
  .meta({ id: 'License' });
