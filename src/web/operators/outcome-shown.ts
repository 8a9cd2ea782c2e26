import { kinds } from '#jobs/kinds.ts';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { pairs, plain, tableOf, tag } from '#src/web/operators/shown.ts';

/** Status, reason and notes, the components or licenses of an outcome. Codes in it must be masked. */
export function outcomeShown(outcome: Outcome): Html {
  const { reason, notes, lines, survivor, merged = [] } = outcome;
  return html`${
    reason &&
    html`<div class="notice">
      <p><b>${plain(reason.code)}</b><br />${plain(reason.message)}</p>
    </div>`
  }
  ${notes.map(
    (note) =>
      html`<div class="notice">
        <p><b>${plain(note.code)}</b><br />${plain(note.message)}</p>
      </div>`,
  )}
  ${
    lines &&
    tableOf({
      caption: 'Components',
      head: ['Component', 'Action', 'Activation Code', 'Seats', 'Valid through'],
      rows: lines.map((line) => [
        `${line.component} ${line.pid}`,
        line.action,
        html`<code>${line.activationCode ?? ''}</code>`,
        change(line.previousSeats, line.seats),
        change(line.previouslyValidThrough, line.validThrough),
      ]),
      none: 'No components.',
    })
  }
  ${
    survivor &&
    tableOf({
      caption: 'Licenses, the survivor first',
      head: ['Activation Code', 'Account', 'PID', 'Seats', 'Valid through'],
      rows: [survivor, ...merged].map((license) => [
        html`<code>${license.activationCode}</code>`,
        license.account,
        license.pid,
        change(license.previousSeats, license.seats),
        change(license.previouslyValidThrough, license.validThrough),
      ]),
      none: 'No licenses.',
    })
  }`;
}

/** What deciding would give, in a box of its own. */
export function foreseenShown(title: string, outcome: Outcome): Html {
  return html`<h3>${title}: ${tag(outcome.status)}</h3>
    ${pairs([
      ['Seats', outcome.seats],
      ['Valid through', outcome.validThrough],
      ['Account', outcome.account],
    ])}
    ${outcomeShown(outcome)}`;
}

/** `PO-17`, or the id of a message whose sender does not number it. */
export function referenceOf({
  kind,
  number,
  id,
}: {
  readonly kind: keyof typeof kinds;
  readonly number: string;
  readonly id: string;
}): string {
  return kinds[kind].numberField === null ? id : plain(number);
}

function change(before: string | number | undefined, after: string | number | undefined): string {
  if (after === undefined) return '';
  return before === undefined || before === after ? String(after) : `${before} → ${after}`;
}
