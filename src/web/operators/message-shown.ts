import { kinds } from '#jobs/kinds.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import { maskCode } from '#src/domain/code.ts';
import { namesOf } from '#src/fulfillment/deciding/message-names.ts';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { withinDeadline } from '#src/mechanisms/within-deadline.ts';
import type { DeliveryRow } from '#src/persistence/deliveries.ts';
import type { CausedGrant, ListedCertificate } from '#src/persistence/desk-messages.ts';
import type { MessageEvent } from '#src/persistence/messages.ts';
import type { OutcomeRow } from '#src/persistence/outcomes.ts';
import type { Desk } from '#src/web/operators/desk.ts';
import { deliveryCells, deliveryHead } from '#src/web/operators/endpoint-shown.ts';
import {
  accountLink,
  factsShown,
  messageLink,
  pairs,
  plain,
  tableOf,
  when,
} from '#src/web/operators/shown.ts';

/** The Activation Codes that a message's certificate, or its own statement, names. */
export function codesOf({ facts, stated }: OutcomeRow): readonly string[] {
  const said: CertificateFacts | null = facts ?? stated;
  if (!said) return [];
  if (said.kind === 'upgrade' || said.kind === 'change')
    return said.lines.flatMap(({ activationCode }) => activationCode ?? []);
  const others = said.kind === 'merge' ? said.merged : said.restored;
  return [said.survivor, ...others].map(({ activationCode }) => activationCode);
}

/** The Registration Key that a message is about, in full. */
export function keyOf({ message, facts, stated }: OutcomeRow): string | undefined {
  const said = facts ?? stated;
  const stands = said !== null && 'registrationKey' in said ? said.registrationKey : null;
  return stands ?? namesOf(message).registrationKeys[0];
}

export function summaryOf(row: OutcomeRow, outcome: Outcome, reveal: Html | undefined): Html {
  const { message, facts, stated } = row;
  const { content } = message;
  const { certificate, replaces, replacedBy, returnedBy } = outcome;
  const key = keyOf(row);
  return pairs([
    ['Reseller', message.reseller ?? 'none: an operator’s'],
    ['Account', outcome.account === undefined ? undefined : accountLink(outcome.account)],
    [
      'Customer',
      plain('customer' in content ? content.customer.company : (facts ?? stated)?.customer.company),
    ],
    ['Change', outcome.kind],
    ['Accepted', html`${when(message.acceptedAt)} UTC`],
    ['Suite', outcome.suite],
    ['Product', outcome.product],
    ['Seats', outcome.seats],
    ['Valid through', outcome.validThrough],
    ['Registration Key', key && html`<code>${maskCode(key)}</code> ${reveal}`],
    [
      'Certificate',
      certificate && `${certificate.number} version ${certificate.version} (${certificate.status})`,
    ],
    ['Replaces', replaces === undefined ? undefined : messageLink(replaces, replaces)],
    ['Replaced by', replacedBy === undefined ? undefined : messageLink(replacedBy, replacedBy)],
    [
      'Returned by',
      returnedBy && html`${messageLink(returnedBy.id, returnedBy.requestNumber)}, ${when(returnedBy.at)} UTC`,
    ],
    ['Id', message.id],
  ]);
}

export function certificatesShown(certificates: readonly ListedCertificate[], message: string): Html {
  return tableOf({
    caption: 'Versions of its certificates',
    head: ['Number', 'Version', 'Written (UTC)', 'PDF (UTC)', 'By'],
    rows: certificates.map((one) => [
      one.number,
      one.version,
      when(one.writtenAt),
      one.renderedAt === null ? 'pending' : when(one.renderedAt),
      one.message === message
        ? 'this message'
        : messageLink(
            one.message,
            `${kinds[one.kind].noun} ${kinds[one.kind].numberField === null ? '' : one.messageNumber}`.trim(),
          ),
    ]),
    none: 'It wrote none.',
  });
}

export function causedGrantsShown(grants: readonly CausedGrant[]): Html {
  return tableOf({
    caption: 'Grants that it caused',
    head: ['Activation Code', 'Account', 'Grant', 'Cause', 'Seats', 'Valid through', 'Made (UTC)'],
    rows: grants.map((grant) => [
      html`<code>${maskCode(grant.activationCode)}</code>`,
      accountLink(grant.account),
      grant.number,
      grant.causeKind,
      grant.seats,
      grant.validThrough,
      when(grant.madeAt),
    ]),
    none: 'It caused none.',
  });
}

export function deliveriesShown(deliveries: readonly (DeliveryRow & { readonly url: string })[]): Html {
  return tableOf({
    caption: 'What webhook endpoints were told of it',
    head: [...deliveryHead, 'Endpoint'],
    rows: deliveries.map((one) => [...deliveryCells(one), html`<span class="code">${plain(one.url)}</span>`]),
    none: 'No webhook endpoint was told of it.',
  });
}

export function historyShown(history: readonly MessageEvent[]): Html {
  return tableOf({
    caption: 'History, oldest first',
    head: ['When (UTC)', 'What', 'Who', 'Details'],
    rows: history.map((event) => [when(event.at), event.event, plain(event.by), factsShown(event.details)]),
    none: 'Nothing has happened yet.',
  });
}

/** The page does not wait longer for the queue server. */
const queueAnswersWithinMs = 1000;

/** Where a message's job is on Bull Board. A producer's job has an id of its own, and ended ones are removed in time. */
export async function jobShown({ queues }: Desk, { id, kind }: OutcomeRow['message']): Promise<Html> {
  const { queue: name } = kinds[kind];
  const queue = queues.find((one) => one.name === name);
  let state: string | undefined;
  const look = async () => {
    const found = await queue?.getJobState(id);
    state = found === 'unknown' ? undefined : found;
  };
  try {
    if (!(await withinDeadline(look(), queueAnswersWithinMs)))
      return html`<span class="muted"
        >The queue server does not answer: whether it has a job is not known.</span
      >`;
  } catch {
    // The queue server is away: the page says so, and shows everything else.
    return html`<span class="muted">The queue server is away: whether it has a job is not known.</span>`;
  }
  return state === undefined
    ? html`<span class="muted"
        >No job of this id is on the queue <a href="/ops/queues/queue/${name}">${name}</a>.</span
      >`
    : html`<a href="/ops/queues/queue/${name}/${id}">Its job on Bull Board</a> (${state})`;
}
