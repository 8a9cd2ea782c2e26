import type { DeliveryRow } from '#src/persistence/deliveries.ts';

/** A delivery as programs outside see it (contract §10). */
export interface ShownDelivery extends Pick<
  DeliveryRow,
  'id' | 'event' | 'endpoint' | 'type' | 'state' | 'nextAttemptAt'
> {
  readonly attempts: DeliveryRow['attempts'][number][];
}

export function shownDelivery(row: DeliveryRow): ShownDelivery {
  const { id, event, endpoint, type, state, nextAttemptAt, attempts } = row;
  return {
    id,
    event,
    endpoint,
    type,
    state,
    nextAttemptAt: nextAttemptAt === null ? null : new Date(nextAttemptAt).toISOString(),
    attempts: attempts.map((attempt) => ({ ...attempt })),
  };
}
