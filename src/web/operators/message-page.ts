import { capitalized, kinds } from '#jobs/kinds.ts';
import { maskCode } from '#src/domain/code.ts';
import { maskCodesIn, maskCodesInValue } from '#src/domain/masked-codes.ts';
import { namesOf } from '#src/fulfillment/deciding/message-names.ts';
import { outcomeOf, type Outcome } from '#src/fulfillment/looking/outcome.ts';
import { masked } from '#src/fulfillment/looking/visibility.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import type { MessageEvent } from '#src/persistence/messages.ts';
import type { OutcomeRow } from '#src/persistence/outcomes.ts';
import { opsPage } from '#src/web/page.ts';

/** What operators see of a message when they come from a job. All codes are masked. */
export function messagePage(
  base: string,
  row: OutcomeRow,
  history: readonly MessageEvent[],
  environmentName: string,
): string {
  const { message, facts } = row;
  const outcome = outcomeOf({ ...row, facts: facts && masked(facts) }, { kind: 'operator' });
  const { noun, numberField } = kinds[message.kind];
  const reference = numberField === null ? message.id : message.number;
  const title = `${capitalized(noun)} ${reference}`;
  return opsPage(
    base,
    title,
    html`<header>
        <img src="${base}/ops/emblem.svg" alt="" /><b>Chancery</b>
        <span class="badge">${environmentName}</span>
        <nav>
          <a href="${base}/ops/queues">Queues</a><a href="${base}/docs">API</a>
          <form method="post" action="${base}/ops/logout"><button>Sign out</button></form>
        </nav>
      </header>
      <main>
        <h1>${title} <span class="status ${outcome.status}">${outcome.status}</span></h1>
        ${summary(row, outcome)}
        ${
          outcome.reason &&
          html`<div class="reason">
            <b>${outcome.reason.code}</b><br />${maskCodesIn(outcome.reason.message)}
            ${outcome.hold !== undefined && html`<br /><span class="muted">Hold ${outcome.hold}</span>`}
          </div>`
        }
        ${outcome.notes.map(
          (note) => html`<div class="reason"><b>${note.code}</b><br />${maskCodesIn(note.message)}</div>`,
        )}
        ${outcome.lines && linesTable(outcome.lines)} ${outcome.survivor && mergeTable(outcome)}
        <h2>History</h2>
        <table>
          <tr>
            <th>When (UTC)</th>
            <th>What</th>
            <th>Who</th>
            <th>Details</th>
          </tr>
          ${history.map(
            ({ at, event, by, details }) =>
              html`<tr>
                <td>${at.slice(0, 19).replace('T', ' ')}</td>
                <td>${event}</td>
                <td>${by}</td>
                <td class="mono">${details && JSON.stringify(maskCodesInValue(details))}</td>
              </tr>`,
          )}
        </table>
      </main>`,
  );
}

function summary({ message, facts }: OutcomeRow, outcome: Outcome): Html {
  const { content } = message;
  const customer = 'customer' in content ? content.customer.company : facts?.customer.company;
  const { certificate } = outcome;
  const entries: readonly (readonly [string, string | number | undefined])[] = [
    ['Reseller', message.reseller ?? undefined],
    ['Account', outcome.account],
    ['Customer', customer],
    ['Accepted', `${outcome.acceptedAt?.slice(0, 19).replace('T', ' ') ?? ''} UTC`],
    ['Suite', outcome.suite],
    ['Seats', outcome.seats],
    ['Valid through', outcome.validThrough],
    ['Registration Key', outcome.registrationKey ?? keyOf(message)],
    [
      'Certificate',
      certificate && `${certificate.number} version ${certificate.version} (${certificate.status})`,
    ],
    ['Id', message.id],
  ];
  return html`<dl>
    ${entries.flatMap(([term, value]) =>
      value === undefined
        ? []
        : [
            html`<dt>${term}</dt>
              <dd>${value}</dd>`,
          ],
    )}
  </dl>`;
}

function keyOf(message: OutcomeRow['message']): string | undefined {
  const [key] = namesOf(message).registrationKeys;
  return key === undefined ? undefined : maskCode(key);
}

function linesTable(lines: NonNullable<Outcome['lines']>): Html {
  return html`<h2>Components</h2>
    <table>
      <tr>
        <th>Component</th>
        <th>Action</th>
        <th>Activation Code</th>
        <th>Seats</th>
        <th>Valid through</th>
      </tr>
      ${lines.map(
        (line) =>
          html`<tr>
            <td>${line.component} <span class="muted mono">${line.pid}</span></td>
            <td>${line.action}</td>
            <td class="mono">${line.activationCode}</td>
            <td class="n">${change(line.previousSeats, line.seats)}</td>
            <td>${change(line.previouslyValidThrough, line.validThrough)}</td>
          </tr>`,
      )}
    </table>`;
}

function mergeTable({ survivor, merged = [] }: Outcome): Html {
  const licenses = survivor ? [survivor, ...merged] : merged;
  return html`<h2>Licenses, the survivor first</h2>
    <table>
      <tr>
        <th>Activation Code</th>
        <th>Account</th>
        <th>PID</th>
        <th>Seats</th>
        <th>Valid through</th>
      </tr>
      ${licenses.map(
        (license) =>
          html`<tr>
            <td class="mono">${license.activationCode}</td>
            <td>${license.account}</td>
            <td class="mono">${license.pid}</td>
            <td class="n">${change(license.previousSeats, license.seats)}</td>
            <td>${change(license.previouslyValidThrough, license.validThrough)}</td>
          </tr>`,
      )}
    </table>`;
}

function change(before: string | number | undefined, after: string | number | undefined): string {
  if (after === undefined) return '';
  return before === undefined || before === after ? String(after) : `${before} → ${after}`;
}
