import type { EndpointWithSecret } from '#src/fulfillment/batch/webhook-endpoints.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import type { DeliveryRow } from '#src/persistence/deliveries.ts';
import { saying } from '#src/web/operators/desk-page.ts';
import type { DeskHandler } from '#src/web/operators/desk-routes.ts';
import { may } from '#src/web/operators/desk.ts';
import { plain, tag, when, type Cell } from '#src/web/operators/shown.ts';

export const endpointsPath = '/ops/endpoints';

/** A page that only admins see. */
export function admins(handler: DeskHandler): DeskHandler {
  return async (visit) => {
    if (may(visit, 'admin')) return handler(visit);
    const text = `This takes the role admin; yours is ${visit.operator.role}.`;
    return { status: 403, page: saying(visit, 'Not allowed', text) };
  };
}

/** A secret that was just made. */
export function newSecretShown({ endpoint, secret }: EndpointWithSecret): Html {
  return html`<div class="notice good" role="status">
    <h2>The secret of ${plain(endpoint.url)}</h2>
    <p><code>${secret}</code></p>
    <p>It is kept sealed, and not shown again. An older one signs, too, for 24 hours.</p>
  </div>`;
}

export const deliveryHead = ['Made (UTC)', 'Event', 'State', 'Attempts', 'The last attempt', 'Next (UTC)'];

/** The cells of a delivery, as `deliveryHead` names them. */
export function deliveryCells(row: DeliveryRow): readonly Cell[] {
  const { madeAt, type, state, attempts, nextAttemptAt } = row;
  return [when(madeAt), type, tag(state), attempts.length, lastAttempt(row), when(nextAttemptAt)];
}

function lastAttempt({ attempts }: DeliveryRow): Html | string {
  const last = attempts.at(-1);
  if (!last) return '';
  const said = last.error ?? `${last.status} after ${last.durationMs} ms`;
  return html`${plain(said)}${
    last.answer &&
    html`<details>
      <summary>Its answer</summary>
      <pre>${plain(last.answer)}</pre>
    </details>`
  }`;
}
