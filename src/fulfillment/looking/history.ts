import type { Viewer } from '#src/fulfillment/looking/visibility.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';
import type { MessageEvent } from '#src/persistence/messages.ts';

interface HistoryRow {
  readonly events: readonly MessageEvent[];
  readonly rendered: readonly { readonly at: string; readonly number: string; readonly version: number }[];
}

/** Who of the house did something is the house's own business: a reseller reads that an operator did. */
export function historyFor(viewer: Viewer, events: readonly MessageEvent[]): readonly MessageEvent[] {
  if (viewer.kind === 'operator') return events;
  return events.map((event) => ({ ...event, by: event.by.replace(/\boperator .*$/, 'operator') }));
}

/** What happened to a message, oldest first, the rendering of its certificates included. Undefined when there is no such message. */
export async function historyOf(tx: Transaction, id: string): Promise<readonly MessageEvent[] | undefined> {
  const [row] = await statement<HistoryRow>(
    tx,
    `select events, coalesce((select jsonb_agg(jsonb_build_object('at', rendered_at, 'number', number, 'version', version) order by number)
       from certificate where certificate.message = message.id and rendered_at is not null), '[]') as rendered
     from message where id = $1::uuid`,
    [id],
  );
  if (!row) return undefined;
  const rendered = row.rendered.map(({ at, ...details }) => ({
    at,
    event: 'certificate-rendered',
    by: 'worker',
    details,
  }));
  return [...row.events, ...rendered]
    .map((event) => ({ ...event, at: new Date(event.at).toISOString() }))
    .sort((one, other) => one.at.localeCompare(other.at));
}
