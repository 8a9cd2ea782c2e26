import { kinds, messageKinds } from '#jobs/kinds.ts';
import { dayStart } from '#src/mechanisms/day-start.ts';
import { html } from '#src/mechanisms/html.ts';
import { reading } from '#src/persistence/database.ts';
import { listMessages, mostLookedThrough } from '#src/persistence/message-list.ts';
import { messageStatuses } from '#src/persistence/messages.ts';
import { select, textbox } from '#src/web/controls.ts';
import { deskPage } from '#src/web/operators/desk-page.ts';
import type { DeskRoutes } from '#src/web/operators/desk-routes.ts';
import type { Desk } from '#src/web/operators/desk.ts';
import {
  chosen,
  filterFaults,
  filterForm,
  filtersOf,
  pageLinks,
  uuidShape,
} from '#src/web/operators/filters.ts';
import { referenceOf } from '#src/web/operators/outcome-shown.ts';
import { accountLink, companyShown, messageLink, tableOf, tag, when } from '#src/web/operators/shown.ts';

const path = '/ops/messages';
const perPage = 50;

const nothing = { messages: [], next: null, gaveUp: false };

/** `/ops/messages`: what was accepted, the latest first. */
export function messagesPages(routes: DeskRoutes, { fulfillment }: Desk): void {
  routes.get(path, async (visit) => {
    const filters = filtersOf(visit.query, ['kind', 'status', 'reseller', 'account', 'reason', 'from', 'to']);
    const typed = visit.query.get('after') ?? '';
    const after = uuidShape.test(typed) ? typed : undefined;
    const faults = filterFaults(filters, { kind: messageKinds, status: messageStatuses });
    const filter = {
      kind: chosen(messageKinds, filters['kind']),
      status: chosen(messageStatuses, filters['status']),
      reseller: filters['reseller'],
      account: filters['account']?.toLowerCase(),
      reason: filters['reason']?.toUpperCase(),
      from: dayStart(filters['from']),
      before: dayStart(filters['to'], 1),
      after,
    };
    const tx = reading(fulfillment.database);
    const { messages, next, gaveUp } = faults.length > 0 ? nothing : await listMessages(tx, filter, perPage);
    const text = (id: string, label: string) =>
      textbox({ id, label, value: filters[id], required: false, maxlength: 300, faults });
    const day = (id: string, label: string) =>
      textbox({ id, label, value: filters[id], required: false, type: 'date', faults });
    return {
      status: faults.length > 0 ? 422 : 200,
      page: deskPage(visit, {
        title: 'Messages',
        faults,
        content: html`<h1>Messages</h1>
          ${filterForm(path, [
            select({
              id: 'kind',
              label: 'Kind',
              value: filters['kind'],
              none: 'All',
              required: false,
              faults,
              choices: messageKinds.map((kind) => ({ value: kind, text: kinds[kind].noun })),
            }),
            select({
              id: 'status',
              label: 'Status',
              value: filters['status'],
              none: 'All',
              required: false,
              faults,
              choices: messageStatuses.map((status) => ({ value: status, text: status })),
            }),
            text('reseller', 'Reseller'),
            text('account', 'Account'),
            text('reason', 'Reason code'),
            day('from', 'From'),
            day('to', 'To'),
          ])}
          ${tableOf({
            caption: 'Messages, the latest first',
            head: ['Number', 'Kind', 'Status', 'Reason', 'Reseller', 'Account', 'Company', 'Accepted (UTC)'],
            rows: messages.map((row) => [
              messageLink(row.id, referenceOf(row)),
              html`<span class="short">${kinds[row.kind].noun}</span>`,
              tag(row.status),
              row.reason,
              row.reseller ?? html`<span class="muted">an operator</span>`,
              accountLink(row.account),
              companyShown(row.company),
              when(row.acceptedAt),
            ]),
            none: gaveUp ? 'None of the latest fits.' : 'No message fits.',
          })}
          ${gaveUp && html`<p class="muted">${mostLookedThrough.toLocaleString('en')} messages were looked through.</p>`}
          ${pageLinks(path, filters, after, next, gaveUp ? 'Look further back' : 'Next page')}`,
      }),
    };
  });
}
