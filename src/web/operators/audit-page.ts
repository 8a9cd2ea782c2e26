import { dayStart } from '#src/mechanisms/day-start.ts';
import { html } from '#src/mechanisms/html.ts';
import { actorNamed, auditActions, findAudit, type AuditRow } from '#src/persistence/audit.ts';
import { reading } from '#src/persistence/database.ts';
import { select, textbox } from '#src/web/controls.ts';
import { deskPage } from '#src/web/operators/desk-page.ts';
import type { DeskRoutes } from '#src/web/operators/desk-routes.ts';
import type { Desk } from '#src/web/operators/desk.ts';
import { filterFaults, filterForm, filtersOf, pageLinks, uuidShape } from '#src/web/operators/filters.ts';
import { accountLink, factsShown, plain, tableOf, when, type Cell } from '#src/web/operators/shown.ts';

const path = '/ops/audit';
const perPage = 50;

/** `/ops/audit`: every change that a person made. */
export function auditPages(routes: DeskRoutes, { fulfillment }: Desk): void {
  routes.get(path, async (visit) => {
    const filters = filtersOf(visit.query, ['by', 'action', 'subject', 'account', 'from', 'to']);
    const typed = visit.query.get('after') ?? '';
    const after = uuidShape.test(typed) ? typed : undefined;
    const actor = filters['by'];
    const faults = filterFaults(filters, { action: auditActions });
    const found =
      faults.length > 0
        ? []
        : await findAudit(
            reading(fulfillment.database),
            {
              actor: actor && actorNamed(actor),
              action: filters['action'],
              subject: filters['subject'],
              account: filters['account']?.toLowerCase(),
              from: dayStart(filters['from']),
              before: dayStart(filters['to'], 1),
              after,
            },
            perPage + 1,
          );
    const rows = found.slice(0, perPage);
    const next = found.length > perPage ? (rows.at(-1)?.id ?? null) : null;
    const text = (id: string, label: string) =>
      textbox({ id, label, value: filters[id], required: false, maxlength: 300, faults });
    return {
      status: faults.length > 0 ? 422 : 200,
      page: deskPage(visit, {
        title: 'Audit',
        faults,
        content: html`<h1>Audit</h1>
          <p>Every change that a person made, the latest first. Nothing here can be edited.</p>
          ${filterForm(path, [
            text('by', 'Who'),
            select({
              id: 'action',
              label: 'What',
              value: filters['action'],
              none: 'Everything',
              required: false,
              faults,
              choices: auditActions.map((value) => ({ value, text: value })),
            }),
            text('subject', 'On'),
            text('account', 'Account'),
            textbox({
              id: 'from',
              label: 'From',
              type: 'date',
              value: filters['from'],
              required: false,
              faults,
            }),
            textbox({ id: 'to', label: 'To', type: 'date', value: filters['to'], required: false, faults }),
          ])}
          ${tableOf({
            caption: 'Changes',
            head: ['When (UTC)', 'Who', 'What', 'On', 'Account', 'Why', 'Details'],
            rows: rows.map((row) => [
              when(row.at),
              plain(row.actor),
              row.action,
              subjectShown(row),
              accountLink(row.account),
              plain(row.reason),
              factsShown(row.details),
            ]),
            none: 'Nothing that fits.',
          })}
          ${pageLinks(path, filters, after, next)}`,
      }),
    };
  });
}

function subjectShown({ subjectKind, subject }: AuditRow): Cell {
  const shown = plain(subject);
  const where = {
    message: '/ops/messages/',
    account: '/ops/accounts/',
    'rejected-message': '/ops/rejected/',
    'webhook-endpoint': '/ops/endpoints/',
    reseller: '/ops/resellers?named=',
    operator: '/ops/operators?named=',
    queue: '/ops/queues/queue/',
  };
  const page =
    subjectKind in where ? Object.entries(where).find(([kind]) => kind === subjectKind)?.[1] : undefined;
  return page === undefined
    ? `${subjectKind} ${shown}`
    : html`${subjectKind} <a href="${page}${encodeURIComponent(subject)}">${shown}</a>`;
}
