import { writeAudit } from '#src/persistence/audit.ts';
import { inTransaction, type Database } from '#src/persistence/database.ts';
import { recordSystemEvents } from '#src/persistence/events.ts';
import { disableEndpoint } from '#src/persistence/webhook-endpoints.ts';

const reasons = {
  GONE: 'The receiver answered 410: it wants no more.',
  ONLY_FAILURES: 'For five days every attempt failed.',
} as const;

/**
 * Disables an endpoint on our own account, and tells of it: in the audit and in the feed. What waits for it is cancelled.
 * Safe to repeat. @returns whether it was enabled until now
 */
export function disableBySystem(
  database: Database,
  id: string,
  because: keyof typeof reasons,
): Promise<boolean> {
  return inTransaction(database, async (tx) => {
    const endpoint = await disableEndpoint(tx, id, because);
    if (!endpoint) return false;
    await writeAudit(tx, {
      by: 'system',
      action: 'endpoint-disabled',
      on: { kind: 'webhook-endpoint', id },
      reason: reasons[because],
      details: { because },
    });
    const { reseller, url } = endpoint;
    await recordSystemEvents(tx, [
      {
        type: 'endpoint.disabled',
        reseller,
        data: { endpoint: id, target: new URL(url).origin, because, reason: reasons[because] },
        path: `/v1/webhook-endpoints/${id}`,
      },
    ]);
    return true;
  });
}
