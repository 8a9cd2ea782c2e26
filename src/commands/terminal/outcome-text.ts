import { facts, styled } from '#src/commands/terminal/output.ts';
import { table } from '#src/commands/terminal/table.ts';
import type { CertificateLine } from '#src/domain/certificate-facts.ts';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';

/** What became of a message, for a person at a terminal; codes as the outcome has them. */
export function outcomeText(outcome: Outcome): string {
  const { suite, seats, validThrough, certificate, lines = [] } = outcome;
  const parts = [
    facts([
      ['status', statusText(outcome.status)],
      ['reason', outcome.reason && `${outcome.reason.code}: ${outcome.reason.message}`],
      ['hold', outcome.hold],
      ['new try of', outcome.replaces],
      ['replaced by', outcome.replacedBy],
      ['account', outcome.account],
      ['kind', outcome.kind],
      ['returned by', outcome.returnedBy && `${outcome.returnedBy.requestNumber}, ${outcome.returnedBy.at}`],
      ['suite', suite && `${suite}, ${seats} seats, valid through ${validThrough}`],
      ['registration key', outcome.registrationKey],
      [
        'certificate',
        certificate && `${certificate.number} version ${certificate.version} (PDF ${certificate.status})`,
      ],
      ...outcome.notes.map((note): [string, string] => ['note', `${note.code}: ${note.message}`]),
    ]),
  ];
  if (lines.length > 0) parts.push('', linesTable(lines));
  return parts.join('\n');
}

/** The components of a suite with what was done to each. */
export function linesTable(lines: readonly CertificateLine[]): string {
  return table(
    [
      { title: 'Product', shrinkTo: 10 },
      { title: 'Action', shrinkTo: 8 },
      { title: 'Activation Code' },
      { title: 'Seats', align: 'right' },
      { title: 'Valid through', shrinkTo: 13 },
    ],
    lines.map((line) => [
      line.notes.length === 0
        ? line.component
        : `${line.component}\n${line.notes.map(({ code }) => code).join('\n')}`,
      actionText(line.action),
      line.activationCode ?? '',
      changeText(line.previousSeats, line.seats),
      changeText(line.previouslyValidThrough, line.validThrough),
    ]),
  );
}

export function statusText(status: Outcome['status']): string {
  switch (status) {
    case 'fulfilled':
      return styled('green', status);
    case 'held':
      return styled('yellow', status);
    case 'rejected':
      return styled('red', status);
    case 'accepted':
      return status;
  }
}

function actionText(action: CertificateLine['action']): string {
  return action === 'awaiting-registration' ? 'awaiting' : action;
}

/** `200 → 250`, or just the value when it did not change. */
export function changeText(before: string | number | undefined, after: string | number | undefined): string {
  if (after === undefined) return '';
  return before === undefined || before === after ? String(after) : `${before} → ${after}`;
}
