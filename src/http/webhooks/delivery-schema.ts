import { z } from 'zod';
import { deliveryStates } from '#src/persistence/deliveries.ts';

export const deliverySchema = z
  .object({
    id: z.uuid(),
    event: z.uuid().meta({ description: 'The event’s id; `webhook-id` of every attempt.' }),
    endpoint: z.uuid(),
    type: z.string(),
    state: z.enum(deliveryStates).meta({
      description: '`pending`: owed. `failed`: tried ten times. `cancelled`: the endpoint was disabled.',
    }),
    nextAttemptAt: z.iso.datetime().nullable().meta({ description: 'Null when it has ended.' }),
    attempts: z.array(
      z.object({
        at: z.iso.datetime(),
        status: z.int().nullable().meta({ description: 'Of HTTP; null when no answer came.' }),
        durationMs: z.int(),
        error: z.string().nullable().meta({ description: 'Null when it succeeded.' }),
        answer: z.string().nullable().meta({ description: 'The first 2,048 bytes of the answer.' }),
      }),
    ),
  })
  .meta({ id: 'Delivery', description: 'The telling of one event to one endpoint.' });
