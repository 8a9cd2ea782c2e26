import { messageKinds } from '#jobs/kinds.ts';
import { parseMessage } from '#jobs/message.ts';
import type { MergedLicenseFacts } from '#src/domain/certificate-facts.ts';
import { dateInWords, numberInWords } from '#src/domain/customers/dates.ts';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import { preview } from '#src/fulfillment/looking/preview.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { button, form } from '#src/web/controls.ts';
import { portalPage } from '#src/web/customers/portal-page.ts';
import type { Portal } from '#src/web/customers/portal.ts';
import type { Visit } from '#src/web/customers/visit.ts';

/** What merged into what: after, and before in grey. */
export function mergeTable(
  visit: Visit,
  product: string,
  survivor: MergedLicenseFacts,
  merged: readonly MergedLicenseFacts[],
  isDone: boolean,
): Html {
  const { words, language } = visit;
  const { merge: text } = words;
  const change = (before: string, after: string) =>
    before === after
      ? html`${after}`
      : html`<strong>${after}</strong> <span class="muted">(${text.before} ${before})</span>`;
  return html`<h2>${text.survivor}</h2>
    <dl>
      <dt>${words.product}</dt>
      <dd>${product}</dd>
      <dt>${words.activationCode}</dt>
      <dd><span class="code">${survivor.activationCode}</span></dd>
      <dt>${words.account}</dt>
      <dd>${survivor.account}</dd>
      <dt>${words.seats}</dt>
      <dd>
        ${change(numberInWords(survivor.previousSeats, language), numberInWords(survivor.seats, language))}
      </dd>
      <dt>${words.validThrough}</dt>
      <dd>
        ${change(dateInWords(survivor.previouslyValidThrough, language), dateInWords(survivor.validThrough, language))}
      </dd>
    </dl>
    <h2>${isDone ? text.disabledNow : text.disabled}</h2>
    <ul>
      ${merged.map(
        (license) =>
          html`<li>
            <span class="code">${license.activationCode}</span>
            <span class="muted">
              – ${text.ofAccount(license.account)}, ${words.seats}:
              ${numberInWords(license.previousSeats, language)}, ${words.validThrough}:
              ${dateInWords(license.previouslyValidThrough, language)}
            </span>
          </li>`,
      )}
    </ul>`;
}

/** The page of a merge that was undone: every license as it is again. */
export function undoneOutcome(visit: Visit, { survivor, restored = [], certificate }: Outcome): string {
  const { words, language } = visit;
  const { merge: text } = words;
  return portalPage(visit, {
    title: text.undoneTitle,
    content: html`<h1>${text.undoneTitle}</h1>
      <div class="notice good" role="status"><p>${text.undone}</p></div>
      <div class="sheet">
        <h2>${text.restored}</h2>
        <ul>
          ${[...(survivor ? [survivor] : []), ...restored].map(
            ({ activationCode, account, seats, validThrough }) =>
              html`<li>
                <span class="code">${activationCode}</span>
                <span class="muted">
                  – ${text.ofAccount(account)}, ${words.seats}: ${numberInWords(seats, language)},
                  ${words.validThrough}: ${dateInWords(validThrough, language)}
                </span>
              </li>`,
          )}
        </ul>
      </div>
      ${certificateLink(visit, certificate)}
      <p><a href="/portal/licenses">${words.request.toLicenses}</a></p>`,
  });
}

function certificateLink({ words }: Visit, certificate: Outcome['certificate']): Html | undefined {
  return (
    certificate &&
    html`<p>
      <a href="/portal/certificates/${certificate.number}"
        >${words.suiteInfo.certificate} ${certificate.number} (PDF)</a
      >
    </p>`
  );
}

/** The page of a merge that was done. */
export async function mergeOutcome(portal: Portal, visit: Visit, outcome: Outcome): Promise<string> {
  const { words } = visit;
  const { merge: text } = words;
  const { survivor, merged = [], certificate, id } = outcome;
  const canUndo = await undoContent(portal, outcome);
  return portalPage(visit, {
    title: text.doneTitle,
    content: html`<h1>${text.doneTitle}</h1>
      <div class="sheet">${survivor && mergeTable(visit, outcome.product ?? '', survivor, merged, true)}</div>
      ${certificateLink(visit, certificate)}
      <div class="actions">
        ${canUndo !== undefined && id !== undefined && form(`/portal/requests/${id}/undo`, button(text.undo, 'second'))}
        <a href="/portal/licenses">${words.request.toLicenses}</a>
      </div>`,
  });
}

/** The kind of message that undoes merges, when this installation has one. */
export const changeKind = messageKinds.find((kind: string) => kind === 'change-request');

/** The message that undoes the merge; undefined when it cannot be undone (any more). */
export async function undoContent(
  portal: Portal,
  { id, requestNumber, reseller }: Outcome,
): Promise<object | undefined> {
  if (changeKind === undefined || id === undefined || requestNumber === undefined) return undefined;
  const content = {
    requestNumber: `UNDO-${id}`,
    requestedAt: new Date().toISOString(),
    kind: 'undo-merge',
    mergeRequest: requestNumber,
    ...(reseller !== undefined && { of: reseller }),
  };
  const parsed = parseMessage(changeKind, content);
  if (!parsed.ok) return undefined;
  const seen = await preview(portal.fulfillment, parsed.message, { kind: 'operator' });
  // What would wait for a person is over: the days in which it can be undone have passed.
  const isPossible = seen.outcome === 'preview' && seen.preview.status === 'fulfilled';
  return isPossible ? content : undefined;
}
