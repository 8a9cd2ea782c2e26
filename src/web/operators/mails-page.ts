import { sendMailAgain } from '#src/fulfillment/batch/send-mail-again.ts';
import { html } from '#src/mechanisms/html.ts';
import { reading } from '#src/persistence/database.ts';
import { listMails } from '#src/persistence/mail-list.ts';
import { button, form, select, textbox } from '#src/web/controls.ts';
import { deskPage } from '#src/web/operators/desk-page.ts';
import { notThere, type DeskRoutes } from '#src/web/operators/desk-routes.ts';
import { byOf, may, type Desk } from '#src/web/operators/desk.ts';
import {
  chosen,
  filterFaults,
  filterForm,
  filtersOf,
  pageLinks,
  uuidShape,
} from '#src/web/operators/filters.ts';
import { factsShown, messageLink, plain, tableOf, tag, when } from '#src/web/operators/shown.ts';

const path = '/ops/mails';
const perPage = 50;

/** Sent ones are found by their recipient: they are nearly all. */
const statuses = ['queued', 'failed'] as const;

/** `/ops/mails`: what was mailed to whom and how it ended, the latest first; no contents. */
export function mailsPages(routes: DeskRoutes, { fulfillment }: Desk): void {
  routes.post(`${path}/again`, 'decider', async (visit) => {
    const id = visit.form.text('mail');
    const to = uuidShape.test(id) ? await sendMailAgain(fulfillment.database, id, byOf(visit)) : undefined;
    return to === undefined
      ? notThere(visit, 'mail to be sent again')
      : { go: `${path}?recipient=${encodeURIComponent(to)}` };
  });
  routes.get(path, async (visit) => {
    const filters = filtersOf(visit.query, ['recipient', 'status']);
    const typed = visit.query.get('after') ?? '';
    const beforeId = uuidShape.test(typed) ? typed : undefined;
    const faults = filterFaults(filters, { status: statuses });
    const tx = reading(fulfillment.database);
    const found =
      faults.length > 0
        ? []
        : await listMails(
            tx,
            {
              to: filters['recipient'],
              status: chosen(statuses, filters['status']),
              beforeId,
              latestFirst: true,
            },
            perPage + 1,
          );
    const rows = found.slice(0, perPage);
    const next = found.length > perPage ? (rows.at(-1)?.id ?? null) : null;
    return {
      status: faults.length > 0 ? 422 : 200,
      page: deskPage(visit, {
        title: 'Mails',
        faults,
        content: html`<h1>Mails</h1>
          ${filterForm(path, [
            textbox({
              id: 'recipient',
              label: 'Recipient',
              value: filters['recipient'],
              required: false,
              maxlength: 254,
            }),
            select({
              id: 'status',
              label: 'Status',
              value: filters['status'],
              none: 'All',
              required: false,
              faults,
              choices: statuses.map((value) => ({ value, text: value })),
            }),
          ])}
          ${tableOf({
            caption: 'Mails, the latest first',
            head: [
              'When (UTC)',
              'Kind',
              'To',
              'Status',
              'Attempts',
              'About',
              'What the server said last',
              'Change',
            ],
            rows: rows.map((mail) => [
              when(mail.at),
              mail.kind,
              plain(mail.to),
              tag(mail.status),
              mail.attempts,
              mail.message === null
                ? factsShown(mail.about)
                : messageLink(mail.message, factsShown(mail.about)),
              plain(mail.fault),
              mail.mayGoAgain && may(visit, 'decider')
                ? form(`${path}/again`, button('Send again', 'second'), { mail: mail.id })
                : '',
            ]),
            none: 'No mail fits.',
          })}
          ${pageLinks(path, filters, beforeId, next)}`,
      }),
    };
  });
}
