import { kinds } from '#jobs/kinds.ts';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { pairs, plain, tableOf, tag } from '#src/web/operators/shown.ts';

/** Status, reason and notes, the components or licenses of an outcome. Codes in it must be masked. */
export function outcomeShown(outcome: Outcome): Html {
  const { reason, notes, lines, survivor, merged = [], restored = [] } = outcome;
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
  ${lines && linesShown(lines)}
  ${
    survivor &&
    tableOf({
      caption: 'Licenses, the survivor first',
      head: ['Activation Code', 'Account', 'PID', 'Seats', 'Valid through'],
      rows: [survivor, ...merged, ...restored].map((license) => [
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

/** Lines with a code as a table; those that only wait, in a sentence. */
function linesShown(lines: NonNullable<Outcome['lines']>): Html {
  const waiting = lines.filter(
    ({ activationCode, notes }) => activationCode === undefined && notes.length === 0,
  );
  const hasNotes = lines.some(({ notes }) => notes.length > 0);
  return html`${tableOf({
    caption: 'Components',
    head: [
      'Component',
      'Action',
      'Activation Code',
      'Seats',
      'Valid through',
      ...(hasNotes ? ['Notes'] : []),
    ],
    rows: lines
      .filter((line) => !waiting.includes(line))
      .map((line) => [
        html`${line.component} <span class="muted">${line.pid}</span>`,
        line.action,
        html`<code>${line.activationCode ?? ''}</code>`,
        change(line.previousSeats, line.seats),
        change(line.previouslyValidThrough, line.validThrough),
        ...(hasNotes ? [line.notes.map(({ code }) => code).join(', ')] : []),
      ]),
    none: 'No license changes.',
  })}
  ${[...Map.groupBy(waiting, ({ action }) => action)].map(
    ([action, of]) =>
      html`<p class="small">
        <b>${of.length} ${action}:</b> ${of.map(({ component }) => component).join(', ')}
      </p>`,
  )}`;
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
