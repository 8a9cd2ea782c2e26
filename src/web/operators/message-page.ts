import { capitalized, kinds } from '#jobs/kinds.ts';
import { maskCode } from '#src/domain/code.ts';
import { retryMessage, whyNotRetried } from '#src/fulfillment/batch/retry-message.ts';
import { historyOf } from '#src/fulfillment/looking/history.ts';
import { outcomeOf } from '#src/fulfillment/looking/outcome.ts';
import { previewRecorded } from '#src/fulfillment/looking/preview-recorded.ts';
import { revealKeyOf } from '#src/fulfillment/looking/reveal-code.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { reading } from '#src/persistence/database.ts';
import { findDeliveriesOf } from '#src/persistence/deliveries.ts';
import { findCausedGrants, findCertificateVersions } from '#src/persistence/desk-messages.ts';
import { findOpenHolds } from '#src/persistence/holds.ts';
import { findOutcomes, type OutcomeRow } from '#src/persistence/outcomes.ts';
import { button, form, type Fault } from '#src/web/controls.ts';
import { deskPage } from '#src/web/operators/desk-page.ts';
import { notThere, type DeskRoutes } from '#src/web/operators/desk-routes.ts';
import { byOf, may, type Desk, type DeskVisit } from '#src/web/operators/desk.ts';
import { uuidShape } from '#src/web/operators/filters.ts';
import {
  causedGrantsShown,
  certificatesShown,
  codesOf,
  deliveriesShown,
  historyShown,
  jobShown,
  keyOf,
  summaryOf,
} from '#src/web/operators/message-shown.ts';
import { foreseenShown, outcomeShown, referenceOf } from '#src/web/operators/outcome-shown.ts';
import { askReason, reasonOf } from '#src/web/operators/reason-field.ts';
import { jsonShown, tag } from '#src/web/operators/shown.ts';

/** Deliveries of one message's events that its page shows. */
const mostTold = 200;

interface Said {
  readonly faults?: readonly Fault[];
  /** The Registration Key, in full, shown this once. */
  readonly revealed?: string;
}

/** `/ops/messages/{id}`: everything that is known of one message. */
export function messagePages(routes: DeskRoutes, desk: Desk): void {
  const { fulfillment } = desk;
  const idOf = ({ request }: DeskVisit) => /^\/ops\/messages\/([0-9a-f-]{36})/.exec(request.url)?.[1] ?? '';
  const rowOf = async (visit: DeskVisit): Promise<OutcomeRow | undefined> => {
    const id = idOf(visit);
    const [row] = uuidShape.test(id)
      ? await findOutcomes(reading(fulfillment.database), { ids: [id] }, 1)
      : [];
    return row;
  };
  routes.get('/ops/messages/:id', async (visit) => {
    const row = await rowOf(visit);
    return row ? { page: await messagePage(desk, visit, row, {}) } : notThere(visit, 'message');
  });
  routes.post('/ops/messages/:id/retry', 'decider', async (visit) => {
    const row = await rowOf(visit);
    if (!row) return notThere(visit, 'message');
    const { id } = row.message;
    const retry = await retryMessage(fulfillment, id, byOf(visit));
    if (retry.outcome === 'unknown') return notThere(visit, 'message');
    if (retry.outcome === 'not-rejected') {
      const faults = [{ field: 'content', message: whyNotRetried(retry) }];
      return { page: await messagePage(desk, visit, row, { faults }), status: 409 };
    }
    desk
      .wake(retry.kind, [id], true)
      .catch((error: unknown) =>
        desk.log.warn({ err: error }, 'the reconciler will enqueue a retried message'),
      );
    return { go: `/ops/messages/${id}` };
  });
  routes.post('/ops/messages/:id/reveal', 'decider', async (visit) => {
    const row = await rowOf(visit);
    const key = row && keyOf(row);
    if (!row || key === undefined) return notThere(visit, 'code');
    const { id } = row.message;
    const { reason, faults } = reasonOf(visit);
    if (faults.length > 0)
      return askReason(visit, {
        title: 'Show a code in full',
        text: `The Registration Key ${maskCode(key)} is shown once; that it was, and why, stands in the audit.`,
        action: `/ops/messages/${id}/reveal`,
        hidden: {},
        button: 'Reveal',
        back: `/ops/messages/${id}`,
      });
    await revealKeyOf(fulfillment.database, row.message, key, { by: byOf(visit), reason });
    return { page: await messagePage(desk, visit, row, { revealed: key }) };
  });
}

async function messagePage(
  desk: Desk,
  visit: DeskVisit,
  row: OutcomeRow,
  { faults = [], revealed }: Said,
): Promise<string> {
  const { fulfillment } = desk;
  const { message } = row;
  const { id } = message;
  const tx = reading(fulfillment.database);
  const [history = [], certificates, grants, foreseen, job, told] = await Promise.all([
    historyOf(tx, id),
    findCertificateVersions(tx, id),
    findCausedGrants(tx, id, codesOf(row)),
    previewRecorded(fulfillment, id),
    jobShown(desk, message),
    findDeliveriesOf(tx, id, mostTold),
  ]);
  const outcome = outcomeOf(row, { kind: 'operator', seesCodes: false });
  const title = `${capitalized(kinds[message.kind].noun)} ${referenceOf(message)}`;
  const isRejected = message.status === 'rejected' && message.replacedBy === null;
  const mayDecide = may(visit, 'decider');
  const reveal =
    mayDecide && revealed === undefined
      ? form(`/ops/messages/${id}/reveal`, button('Reveal', 'second'))
      : undefined;
  return deskPage(visit, {
    title,
    faults,
    ...(await doneOf(desk, visit)),
    content: html`<h1>${title} ${tag(outcome.status)}</h1>
      ${
        revealed !== undefined &&
        html`<div class="notice good" role="status">
          <p>Registration Key: <code>${revealed}</code></p>
          <p>It is shown this once. That it was shown stands in the audit.</p>
        </div>`
      }
      ${summaryOf(row, outcome, reveal)}
      <ul class="jumps">
        ${
          outcome.hold !== undefined &&
          html`<li>
            <a href="/ops/holds/${outcome.hold}">${mayDecide ? 'Decide its hold' : 'Its hold'}</a>
          </li>`
        }
        <li>${job}</li>
        <li><a href="/ops/audit?subject=${id}">What persons did about it</a></li>
      </ul>
      ${outcomeShown(outcome)}
      ${
        foreseen &&
        html`<div class="sheet">
          ${foreseenShown(message.status === 'held' ? 'Approving it now would give' : 'Deciding it now would give', foreseen)}
        </div>`
      }
      ${isRejected && mayDecide && form(`/ops/messages/${id}/retry`, button('Retry'))}
      <h2>Certificates</h2>
      ${certificatesShown(certificates, id)}
      <h2>Grants</h2>
      ${causedGrantsShown(grants)}
      <h2>Outcomes delivered</h2>
      ${deliveriesShown(told)}
      <h2>History</h2>
      ${historyShown(history)}
      <h2>Content</h2>
      <pre>${jsonShown(message.content, 2)}</pre>`,
  });
}

/** After a hold was decided: what was done, and the next that waits. */
async function doneOf({ fulfillment }: Desk, { query }: DeskVisit): Promise<{ readonly notice?: Html }> {
  const done = query.get('done');
  if (done !== 'approved' && done !== 'rejected') return {};
  const [next] = await findOpenHolds(reading(fulfillment.database), 1);
  return {
    notice: html`The hold was ${done}.
    ${next ? html`<a href="/ops/holds/${next.id}">To the next hold</a>` : html`No other hold waits.`}`,
  };
}
