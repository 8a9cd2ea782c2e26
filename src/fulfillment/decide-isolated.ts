import { acceptMessages } from '#src/fulfillment/accept-messages.ts';
import { decideBatch, type BatchItem, type Ending } from '#src/fulfillment/decide-batch.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { isTransient } from '#src/fulfillment/transience.ts';

/** An item whose own content breaks the work: it is recorded and open, and a person has to look. */
export interface Broken {
  readonly outcome: 'broken';
  readonly error: unknown;
}

/**
 * As `decideBatch`, but one item that breaks the work costs the others nothing: the batch is then run item by item. A broken message
 * that is new is recorded all the same, so that it is not lost.
 * @throws what is transient; then all of it may be tried again
 */
export async function decideIsolated(
  fulfillment: Fulfillment,
  items: readonly BatchItem[],
): Promise<readonly (Ending | Broken)[]> {
  try {
    return await decideBatch(fulfillment, items);
  } catch (error) {
    if (isTransient(error)) throw error;
    if (items.length > 1) {
      const endings: (Ending | Broken)[] = [];
      for (const item of items) endings.push(...(await decideIsolated(fulfillment, [item])));
      return endings;
    }
    const [item] = items;
    if (item && 'message' in item)
      await acceptMessages(fulfillment, [item.message], `queue, reseller ${item.message.reseller ?? 'none'}`);
    return [{ outcome: 'broken', error }];
  }
}
