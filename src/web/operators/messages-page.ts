import { kinds, messageKinds } from '#jobs/kinds.ts';
import { html } from '#src/mechanisms/html.ts';
import { reading } from '#src/persistence/database.ts';
import { listMessages } from '#src/persistence/desk-messages.ts';
import { messageStatuses } from '#src/persistence/messages.ts';
import { select, textbox } from '#src/web/controls.ts';
import { deskPage } from '#src/web/operators/desk-page.ts';
import type { DeskRoutes } from '#src/web/operators/desk-routes.ts';
import type { Desk } from '#src/web/operators/desk.ts';
import { dayStart, filterForm, filtersOf, pageLinks, uuidShape } from '#src/web/operators/filters.ts';
import { referenceOf } from '#src/web/operators/outcome-shown.ts';
import { accountLink, messageLink, plain, tableOf, tag, when } from '#src/web/operators/shown.ts';

const path = '/ops/messages';
const perPage = 50;

/** `/ops/messages`: what was accepted, the latest first. */
export function messagesPages(routes: DeskRoutes, { fulfillment }: Desk): void {
  routes.get(path, async (visit) => {
    const filters = filtersOf(visit.query, ['kind', 'status', 'reseller', 'account', 'reason', 'from', 'to']);
    const typed = visit.query.get('after') ?? '';
    const after = uuidShape.test(typed) ? typed : undefined;
    const filter = {
      kind: messageKinds.find((kind) => kind === filters['kind']),
      status: messageStatuses.find((status) => status === filters['status']),
      reseller: filters['reseller'],
      account: filters['account'],
      reason: filters['reason'],
      from: dayStart(filters['from']),
      before: dayStart(filters['to'], 1),
      after,
    };
    const found = await listMessages(reading(fulfillment.database), filter, perPage + 1);
    const rows = found.slice(0, perPage);
    const next = found.length > perPage ? (rows.at(-1)?.id ?? null) : null;
    const text = (id: string, label: string) =>
      textbox({ id, label, value: filters[id], required: false, maxlength: 300 });
    const day = (id: string, label: string) =>
      textbox({ id, label, value: filters[id], required: false, type: 'date' });
    return {
      page: deskPage(visit, {
        title: 'Messages',
        content: html`<h1>Messages</h1>
          ${filterForm(path, [
            select({
              id: 'kind',
              label: 'Kind',
              value: filters['kind'],
              none: 'All',
              required: false,
              choices: messageKinds.map((kind) => ({ value: kind, text: kinds[kind].noun })),
            }),
            select({
              id: 'status',
              label: 'Status',
              value: filters['status'],
              none: 'All',
              required: false,
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
            rows: rows.map((row) => [
              messageLink(row.id, referenceOf(row)),
              kinds[row.kind].noun,
              tag(row.status),
              row.reason,
              row.reseller,
              accountLink(row.account),
              plain(row.company),
              when(row.acceptedAt),
            ]),
            none: 'No message fits.',
          })}
          ${pageLinks(path, filters, after, next)}`,
      }),
    };
  });
}
