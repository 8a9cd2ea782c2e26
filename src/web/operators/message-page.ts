import { capitalized, kinds } from '#jobs/kinds.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import { maskCode } from '#src/domain/code.ts';
import { retryMessage, whyNotRetried } from '#src/fulfillment/batch/retry-message.ts';
import { namesOf } from '#src/fulfillment/deciding/message-names.ts';
import { historyOf } from '#src/fulfillment/looking/history.ts';
import { outcomeOf, type Outcome } from '#src/fulfillment/looking/outcome.ts';
import { previewRecorded } from '#src/fulfillment/looking/preview-recorded.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { reading } from '#src/persistence/database.ts';
import { findCausedGrants, findCertificateVersions } from '#src/persistence/desk-messages.ts';
import { findOutcomes, type OutcomeRow } from '#src/persistence/outcomes.ts';
import { button, form } from '#src/web/controls.ts';
import { deskPage } from '#src/web/operators/desk-page.ts';
import { notThere, type DeskRoutes } from '#src/web/operators/desk-routes.ts';
import { byOf, may, type Desk, type DeskVisit } from '#src/web/operators/desk.ts';
import { uuidShape } from '#src/web/operators/filters.ts';
import { foreseenShown, outcomeShown, referenceOf } from '#src/web/operators/outcome-shown.ts';
import {
  accountLink,
  jsonShown,
  messageLink,
  pairs,
  plain,
  tableOf,
  tag,
  when,
} from '#src/web/operators/shown.ts';

/** `/ops/messages/{id}`: everything that is known of one message. */
export function messagePages(routes: DeskRoutes, desk: Desk): void {
  const idOf = ({ request }: DeskVisit) => /^\/ops\/messages\/([0-9a-f-]{36})/.exec(request.url)?.[1] ?? '';
  routes.get('/ops/messages/:id', async (visit) => {
    const page = await messagePage(desk, visit, idOf(visit));
    return page === undefined ? notThere(visit, 'message') : { page };
  });
  routes.post('/ops/messages/:id/retry', 'decider', async (visit) => {
    const id = idOf(visit);
    const retry = uuidShape.test(id)
      ? await retryMessage(desk.fulfillment, id, byOf(visit))
      : ({ outcome: 'unknown' } as const);
    if (retry.outcome === 'unknown') return notThere(visit, 'message');
    if (retry.outcome === 'not-rejected') {
      const fault = { field: 'retry', message: whyNotRetried(retry) };
      const page = await messagePage(desk, visit, id, fault);
      return page === undefined ? notThere(visit, 'message') : { page, status: 409 };
    }
    desk
      .wake(retry.kind, [id], true)
      .catch((error: unknown) =>
        desk.log.warn({ err: error }, 'the reconciler will enqueue a retried message'),
      );
    return { go: `/ops/messages/${id}` };
  });
}

async function messagePage(
  desk: Desk,
  visit: DeskVisit,
  id: string,
  fault?: { readonly field: string; readonly message: string },
): Promise<string | undefined> {
  const { fulfillment } = desk;
  const tx = reading(fulfillment.database);
  const [row] = uuidShape.test(id) ? await findOutcomes(tx, { ids: [id] }, 1) : [];
  if (!row) return undefined;
  const { message, facts } = row;
  const [history = [], certificates, grants, foreseen] = await Promise.all([
    historyOf(tx, id),
    findCertificateVersions(tx, id),
    findCausedGrants(tx, id, codesOf(facts)),
    previewRecorded(fulfillment, id),
  ]);
  const outcome = outcomeOf(row, { kind: 'operator', seesCodes: false });
  const { noun, queue } = kinds[message.kind];
  const title = `${capitalized(noun)} ${referenceOf(message)}`;
  const isRejected = message.status === 'rejected' && message.replacedBy === null;
  return deskPage(visit, {
    title,
    faults: fault ? [fault] : [],
    content: html`<h1>${title} ${tag(outcome.status)}</h1>
      ${summary(row, outcome)}
      <p>
        <a href="/ops/queues/queue/${queue}/${id}">Its job on Bull Board</a>
        ${outcome.hold !== undefined && html` · <a href="/ops/holds/${outcome.hold}">Decide its hold</a>`}
      </p>
      ${outcomeShown(outcome)}
      ${foreseen && html`<div class="sheet">${foreseenShown(message.status === 'held' ? 'Approving it now would give' : 'Deciding it now would give', foreseen)}</div>`}
      ${isRejected && may(visit, 'decider') && html`<div id="retry">${form(`/ops/messages/${id}/retry`, button('Retry'))}</div>`}
      <h2>Certificates</h2>
      ${tableOf({
        caption: 'Versions of its certificates',
        head: ['Number', 'Version', 'Written (UTC)', 'PDF (UTC)', 'By'],
        rows: certificates.map((one) => [
          one.number,
          one.version,
          when(one.writtenAt),
          one.renderedAt === null ? 'pending' : when(one.renderedAt),
          one.message === id ? 'this message' : messageLink(one.message, one.message),
        ]),
        none: 'It wrote none.',
      })}
      <h2>Grants</h2>
      ${tableOf({
        caption: 'Grants that it caused',
        head: ['Activation Code', 'Account', 'Grant', 'Seats', 'Valid through', 'Made (UTC)'],
        rows: grants.map((grant) => [
          html`<code>${maskCode(grant.activationCode)}</code>`,
          accountLink(grant.account),
          `${grant.number} (${grant.causeKind})`,
          grant.seats,
          grant.validThrough,
          when(grant.madeAt),
        ]),
        none: 'It caused none.',
      })}
      <h2>History</h2>
      ${tableOf({
        caption: 'History, oldest first',
        head: ['When (UTC)', 'What', 'Who', 'Details'],
        rows: history.map((event) => [
          when(event.at),
          event.event,
          plain(event.by),
          event.details && html`<code>${jsonShown(event.details)}</code>`,
        ]),
        none: 'Nothing has happened yet.',
      })}
      <h2>Content</h2>
      <pre>${jsonShown(message.content, 2)}</pre>`,
  });
}

/** The Activation Codes that a certificate states. */
function codesOf(facts: CertificateFacts | null): readonly string[] {
  if (!facts) return [];
  if (facts.kind === 'upgrade' || facts.kind === 'change')
    return facts.lines.flatMap(({ activationCode }) => activationCode ?? []);
  const others = facts.kind === 'merge' ? facts.merged : facts.restored;
  return [facts.survivor, ...others].map(({ activationCode }) => activationCode);
}

function summary({ message, facts }: OutcomeRow, outcome: Outcome): Html {
  const { content } = message;
  const { certificate, replaces, replacedBy } = outcome;
  const [key] = namesOf(message).registrationKeys;
  return pairs([
    ['Reseller', message.reseller],
    ['Account', outcome.account === undefined ? undefined : accountLink(outcome.account)],
    ['Customer', plain('customer' in content ? content.customer.company : facts?.customer.company)],
    ['Accepted', html`${when(message.acceptedAt)} UTC`],
    ['Suite', outcome.suite],
    ['Seats', outcome.seats],
    ['Valid through', outcome.validThrough],
    ['Registration Key', outcome.registrationKey ?? (key === undefined ? undefined : maskCode(key))],
    [
      'Certificate',
      certificate && `${certificate.number} version ${certificate.version} (${certificate.status})`,
    ],
    ['Replaces', replaces === undefined ? undefined : messageLink(replaces, replaces)],
    ['Replaced by', replacedBy === undefined ? undefined : messageLink(replacedBy, replacedBy)],
    ['Id', message.id],
  ]);
}
