import { acceptMessages } from '#src/fulfillment/batch/accept-messages.ts';
import { decideBatch, type BatchItem, type Ending } from '#src/fulfillment/batch/decide-batch.ts';
import { isTransient } from '#src/fulfillment/batch/transience.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { isolating, type Failed } from '#src/mechanisms/isolating.ts';

/** An item whose own content breaks the work: it is recorded and open, and a person has to look. */
export interface Broken {
  readonly outcome: 'broken';
  readonly error: unknown;
}

/**
 * As `decideBatch`, but one item that breaks the work costs the others nothing: the batch is then run item by item. A broken message
 * that is new is recorded all the same, so that it is not lost; where even that fails, it alone has `failed`.
 * @throws what is transient; then all of it may be tried again
 */
export function decideIsolated(
  fulfillment: Fulfillment,
  items: readonly BatchItem[],
): Promise<readonly (Ending | Broken | Failed)[]> {
  return isolating(items, (some) => decideBatch(fulfillment, some), {
    isTransient,
    broken: (item, error) => recordAlone(fulfillment, item, error),
  });
}

/** What becomes of an item that cannot be decided: a new message is recorded by itself. */
async function recordAlone(
  fulfillment: Fulfillment,
  item: BatchItem,
  error: unknown,
): Promise<Ending | Broken | Failed> {
  if ('recorded' in item) return { outcome: 'broken', error };
  const { message } = item;
  try {
    const by = `queue, reseller ${message.reseller ?? 'none'}`;
    const [acceptance] = await acceptMessages(fulfillment, [message], by);
    switch (acceptance?.outcome) {
      case 'accepted':
      case 'repeat':
        return { outcome: 'broken', error };
      case 'conflict':
      case 'invalid':
        return acceptance;
      case undefined:
        return { outcome: 'failed', error };
    }
  } catch (reason) {
    return { outcome: 'failed', error: reason };
  }
}
