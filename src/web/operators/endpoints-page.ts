import { eventTypes } from '#jobs/event-types.ts';
import { makeEndpoint, mostEndpoints } from '#src/fulfillment/batch/webhook-endpoints.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { reading } from '#src/persistence/database.ts';
import { findResellers } from '#src/persistence/ledger.ts';
import { listEndpoints, type EndpointRow } from '#src/persistence/webhook-endpoints.ts';
import { button, choices, form, textbox, type Fault } from '#src/web/controls.ts';
import { deskPage } from '#src/web/operators/desk-page.ts';
import type { DeskRoutes } from '#src/web/operators/desk-routes.ts';
import { byOf, type Desk, type DeskAnswer, type DeskVisit } from '#src/web/operators/desk.ts';
import { endpointPages } from '#src/web/operators/endpoint-page.ts';
import { admins, endpointsPath, newSecretShown } from '#src/web/operators/endpoint-shown.ts';
import { filtersOf, pageLinks, uuidShape } from '#src/web/operators/filters.ts';
import { plain, tableOf, tag, when } from '#src/web/operators/shown.ts';
import { faultOfTarget } from '#src/webhooks/target.ts';

const perPage = 50;

/** `/ops/endpoints`: who is told of events by HTTP; endpoints are added here. For admins. */
export function endpointsPages(routes: DeskRoutes, desk: Desk): void {
  const { database } = desk.fulfillment;
  routes.get(
    endpointsPath,
    admins((visit) => show(desk, visit, {})),
  );
  routes.post(`${endpointsPath}/add`, 'admin', async (visit) => {
    const url = visit.form.text('url');
    const reseller = visit.form.text('reseller');
    const types = visit.form.all('types').filter((type) => eventTypes.includes(type));
    const fault = faultOfTarget(url, desk.webhooks.rule);
    if (fault !== undefined) return show(desk, visit, { fault: `The URL ${fault}.` });
    if (reseller !== '' && (await findResellers(reading(database), [reseller])).length === 0)
      return show(desk, visit, { fault: 'There is no such reseller.', field: 'reseller' });
    const wanted = { reseller: reseller === '' ? null : reseller, url, types };
    const made = await makeEndpoint(database, desk.webhooks.sealing, wanted, { by: byOf(visit) });
    return made
      ? show(desk, visit, { secret: newSecretShown(made) })
      : show(desk, visit, { fault: `There are ${mostEndpoints} already; remove one that is not needed.` });
  });
  endpointPages(routes, desk);
}

interface Said {
  readonly fault?: string;
  /** By default the URL's. */
  readonly field?: string;
  readonly secret?: Html;
}

async function show(desk: Desk, visit: DeskVisit, said: Said): Promise<DeskAnswer> {
  const tx = reading(desk.fulfillment.database);
  const filters = filtersOf(visit.query, ['of']);
  const typed = visit.query.get('after') ?? '';
  const after = uuidShape.test(typed) ? typed : undefined;
  const scope = filters['of'] === undefined ? 'all' : { reseller: filters['of'] };
  const found = await listEndpoints(tx, scope, perPage + 1, after);
  const endpoints = found.slice(0, perPage);
  const next = found.length > perPage ? (endpoints.at(-1)?.id ?? null) : null;
  const { fault, field = 'url', secret } = said;
  const faults: readonly Fault[] = fault === undefined ? [] : [{ field, message: fault }];
  const page = deskPage(visit, {
    title: 'Webhook endpoints',
    faults,
    content: html`<h1>Webhook endpoints</h1>
      ${secret}
      ${tableOf({
        caption: 'Who is told of events',
        head: ['URL', 'Hears', 'Types', 'State', 'Added (UTC)'],
        rows: endpoints.map((one) => [
          html`<a class="code" href="${endpointsPath}/${one.id}">${plain(one.url)}</a>`,
          one.reseller === null ? 'everything' : plain(one.reseller),
          one.types.length === 0 ? 'all' : one.types.join(', '),
          stateShown(one),
          when(one.createdAt),
        ]),
        none: filters['of'] === undefined ? 'There is none yet.' : 'This reseller has none.',
      })}
      ${pageLinks(endpointsPath, filters, after ?? filters['of'], next)}
      <div class="sheet">
        <h2>Add</h2>
        ${form(
          `${endpointsPath}/add`,
          html`${textbox({
            id: 'url',
            label: 'URL',
            hint: 'By https. What is sent is signed by Standard Webhooks; the secret is shown once.',
            maxlength: 2048,
            autocomplete: 'off',
            value: fault === undefined ? '' : visit.form.text('url'),
            faults,
          })}
          ${textbox({
            id: 'reseller',
            label: 'Reseller',
            hint: 'Whose events it hears; empty: everything, for operators.',
            required: false,
            maxlength: 64,
            autocomplete: 'off',
            faults,
            value: fault === undefined ? '' : visit.form.text('reseller'),
          })}
          ${choices({
            kind: 'checkbox',
            id: 'types',
            legend: 'Types of events',
            hint: 'None ticked: all.',
            chosen: fault === undefined ? [] : visit.form.all('types'),
            choices: eventTypes.map((value) => ({ value, text: value })),
          })}
          ${button('Add')}`,
        )}
      </div>`,
  });
  return { page, status: faults.length > 0 ? 422 : 200 };
}

function stateShown({ enabled, failingSince, disabledBecause }: EndpointRow): Html {
  if (!enabled) return html`${tag('disabled')} ${disabledBecause}`;
  return failingSince === null ? tag('enabled') : html`${tag('failing')} since ${when(failingSince)}`;
}
