import type { Viewer } from '#src/fulfillment/looking/visibility.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';
import type { MessageEvent } from '#src/persistence/messages.ts';

interface HistoryRow {
  readonly events: readonly MessageEvent[];
  readonly number: string | null;
  readonly version: number | null;
  readonly renderedAt: string | null;
}

/** Who of the house did something is the house's own business: a reseller reads that an operator did. */
export function historyFor(viewer: Viewer, events: readonly MessageEvent[]): readonly MessageEvent[] {
  if (viewer.kind === 'operator') return events;
  return events.map((event) => ({ ...event, by: event.by.replace(/\boperator .*$/, 'operator') }));
}

/** What happened to a message, oldest first, the rendering of its certificate included. Undefined when there is no such message. */
export async function historyOf(tx: Transaction, id: string): Promise<readonly MessageEvent[] | undefined> {
  const [row] = await statement<HistoryRow>(
    tx,
    `select message.events, certificate.number, certificate.version, certificate.rendered_at as "renderedAt"
     from message left join certificate on certificate.message = message.id where message.id = $1::uuid`,
    [id],
  );
  if (!row) return undefined;
  const { events, renderedAt, ...certificate } = row;
  const rendered =
    renderedAt === null
      ? []
      : [{ at: renderedAt, event: 'certificate-rendered', by: 'worker', details: certificate }];
  return [...events, ...rendered].map((event) => ({ ...event, at: new Date(event.at).toISOString() }));
}
