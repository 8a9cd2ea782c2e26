import { replayDelivery, testEndpoint, type Asked } from '#src/fulfillment/batch/deliveries.ts';
import { changeEndpoint, endEndpoint, rotateSecret } from '#src/fulfillment/batch/webhook-endpoints.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { reading } from '#src/persistence/database.ts';
import { deliveryStates, listDeliveries } from '#src/persistence/deliveries.ts';
import { findEndpoint, type EndpointRow } from '#src/persistence/webhook-endpoints.ts';
import { button, form, select } from '#src/web/controls.ts';
import { deskPage } from '#src/web/operators/desk-page.ts';
import { notThere, type DeskRoutes } from '#src/web/operators/desk-routes.ts';
import { byOf, type Desk, type DeskAnswer, type DeskVisit } from '#src/web/operators/desk.ts';
import {
  admins,
  deliveryCells,
  deliveryHead,
  endpointsPath,
  newSecretShown,
} from '#src/web/operators/endpoint-shown.ts';
import { chosen, filterForm, filtersOf, pageLinks, uuidShape } from '#src/web/operators/filters.ts';
import { askReason, reasonOf } from '#src/web/operators/reason-field.ts';
import { messageLink, pairs, plain, tableOf, tag, when } from '#src/web/operators/shown.ts';

const perPage = 50;

/** `/ops/endpoints/{id}`: an endpoint with its deliveries; tested, rotated, disabled, enabled and removed here. For admins. */
export function endpointPages(routes: DeskRoutes, desk: Desk): void {
  const { database } = desk.fulfillment;
  routes.get(
    `${endpointsPath}/:id`,
    admins((visit) => show(desk, visit)),
  );
  routes.post(`${endpointsPath}/:id/test`, 'admin', async (visit) =>
    asked(desk, visit, await testEndpoint(desk.fulfillment, 'all', idOf(visit))),
  );
  routes.post(`${endpointsPath}/:id/replay`, 'admin', async (visit) => {
    const delivery = visit.form.text('delivery');
    if (!uuidShape.test(delivery)) return notThere(visit, 'delivery');
    const made = await replayDelivery(desk.fulfillment, 'all', delivery);
    return asked(desk, visit, made);
  });
  routes.post(`${endpointsPath}/:id/enable`, 'admin', async (visit) => {
    const changed = await changeEndpoint(
      database,
      'all',
      idOf(visit),
      { enabled: true },
      { by: byOf(visit) },
    );
    return changed ? { go: `${endpointsPath}/${changed.id}` } : unknown(visit);
  });
  withReason(routes, {
    verb: 'disable',
    button: 'Disable',
    text: 'It is told nothing more, and what waits for it is cancelled.',
    change: async (visit, reason) => {
      const change = { by: byOf(visit), reason };
      const changed = await changeEndpoint(database, 'all', idOf(visit), { enabled: false }, change);
      return changed ? { go: `${endpointsPath}/${changed.id}` } : unknown(visit);
    },
  });
  withReason(routes, {
    verb: 'rotate',
    button: 'Rotate',
    text: 'The new secret is shown once; the one before signs, too, for 24 hours.',
    change: async (visit, reason) => {
      const change = { by: byOf(visit), reason };
      const rotated = await rotateSecret(database, desk.webhooks.sealing, 'all', idOf(visit), change);
      return rotated ? show(desk, visit, { secret: newSecretShown(rotated) }) : unknown(visit);
    },
  });
  withReason(routes, {
    verb: 'remove',
    button: 'Remove',
    text: 'It is told nothing more, and its deliveries can be looked at no more.',
    change: async (visit, reason) => {
      const ended = await endEndpoint(database, 'all', idOf(visit), { by: byOf(visit), reason });
      return ended ? { go: endpointsPath } : unknown(visit);
    },
  });
}

interface Reasoned {
  readonly verb: string;
  readonly button: string;
  readonly text: string;
  readonly change: (visit: DeskVisit, reason: string) => Promise<DeskAnswer>;
}

function withReason(routes: DeskRoutes, { verb, button: name, text, change }: Reasoned): void {
  routes.post(`${endpointsPath}/:id/${verb}`, 'admin', async (visit) => {
    const { reason, faults } = reasonOf(visit);
    if (faults.length === 0) return change(visit, reason);
    const back = `${endpointsPath}/${idOf(visit)}`;
    return askReason(visit, {
      title: `${name} the endpoint`,
      text,
      action: `${back}/${verb}`,
      hidden: {},
      button: name,
      back,
    });
  });
}

async function asked(desk: Desk, visit: DeskVisit, made: Asked): Promise<DeskAnswer> {
  switch (made.outcome) {
    case 'made':
      return { go: `${endpointsPath}/${made.delivery.endpoint}` };
    case 'disabled':
      return show(desk, visit, { fault: 'It is disabled: enable it first.' });
    case 'unknown':
      return unknown(visit);
  }
}

interface Said {
  readonly fault?: string;
  readonly secret?: Html;
}

async function show(desk: Desk, visit: DeskVisit, { fault, secret }: Said = {}): Promise<DeskAnswer> {
  const tx = reading(desk.fulfillment.database);
  const id = idOf(visit);
  const endpoint = uuidShape.test(id) ? await findEndpoint(tx, id, 'all') : undefined;
  if (!endpoint) return unknown(visit);
  const path = `${endpointsPath}/${id}`;
  const filters = filtersOf(visit.query, ['state']);
  const after = visit.query.get('after') ?? '';
  const beforeId = uuidShape.test(after) ? after : undefined;
  const state = chosen(deliveryStates, filters['state']);
  const found = await listDeliveries(tx, id, { state, beforeId }, perPage + 1);
  const rows = found.slice(0, perPage);
  const next = found.length > perPage ? (rows.at(-1)?.id ?? null) : null;
  const page = deskPage(visit, {
    title: 'Webhook endpoint',
    faults: fault === undefined ? [] : [{ field: 'content', message: fault }],
    content: html`<h1>Webhook endpoint ${tag(endpoint.enabled ? 'enabled' : 'disabled')}</h1>
      ${secret} ${summary(endpoint)}
      <div class="inline">
        ${endpoint.enabled && form(`${path}/test`, button('Test'))}
        ${form(`${path}/rotate`, button('Rotate', 'second'))}
        ${form(endpoint.enabled ? `${path}/disable` : `${path}/enable`, button(endpoint.enabled ? 'Disable' : 'Enable', 'second'))}
        ${form(`${path}/remove`, button('Remove', 'second'))}
      </div>
      <h2>Deliveries</h2>
      ${filterForm(path, [
        select({
          id: 'state',
          label: 'State',
          value: filters['state'],
          none: 'All',
          required: false,
          choices: deliveryStates.map((value) => ({ value, text: value })),
        }),
      ])}
      ${tableOf({
        caption: 'Deliveries, the latest first',
        head: [...deliveryHead, 'Message', 'Change'],
        rows: rows.map((row) => [
          ...deliveryCells(row),
          row.message === null ? '' : messageLink(row.message, 'its message'),
          endpoint.enabled && row.state !== 'pending'
            ? form(`${path}/replay`, button('Replay', 'second'), { delivery: row.id })
            : '',
        ]),
        none: 'No delivery fits.',
      })}
      ${pageLinks(path, filters, beforeId, next)}`,
  });
  return { page, status: fault === undefined ? 200 : 409 };
}

function summary(endpoint: EndpointRow): Html {
  return pairs([
    ['URL', html`<span class="code">${plain(endpoint.url)}</span>`],
    ['Hears', endpoint.reseller === null ? 'everything' : plain(endpoint.reseller)],
    ['Types', endpoint.types.length === 0 ? 'all' : endpoint.types.join(', ')],
    ['Added', html`${when(endpoint.createdAt)} UTC by ${plain(endpoint.createdBy)}`],
    ['Secret since', html`${when(endpoint.rotatedAt)} UTC`],
    ['Failing since', endpoint.failingSince && html`${when(endpoint.failingSince)} UTC`],
    ['Disabled', endpoint.disabledAt && html`${when(endpoint.disabledAt)} UTC, ${endpoint.disabledBecause}`],
    ['Id', endpoint.id],
  ]);
}

function idOf({ request }: DeskVisit): string {
  return /^\/ops\/endpoints\/([0-9a-f-]{36})(?:[/?]|$)/.exec(request.url)?.[1] ?? '';
}

function unknown(visit: DeskVisit): DeskAnswer {
  return notThere(visit, 'webhook endpoint');
}
