import { approve } from '#src/commands/demo/approve.ts';
import type { Stage } from '#src/commands/demo/stage.ts';
import { submit } from '#src/commands/demo/submit.ts';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { changeText, linesTable } from '#src/commands/terminal/outcome-text.ts';
import { heading, print, printProse } from '#src/commands/terminal/output.ts';
import { table } from '#src/commands/terminal/table.ts';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';

/** What comes after fulfilment: more seats, a renewal that a person lets pass, a return, an undone merge. */
export async function showOrderLife(stage: Stage): Promise<void> {
  print(heading('Orders live on'));
  const seats = await change(stage, {
    requestNumber: 'CR-1',
    kind: 'seats',
    order: 'PO-2026-0002',
    seats: 150,
  });
  printProse('hikari needs 150 seats in all. Ends and codes stay as they are:\n');
  print(linesTable(seats.lines ?? []));
  printProse(`Seat days to charge for: ${seatDays(seats)}.`);

  const early = await change(stage, {
    requestNumber: 'CR-2',
    kind: 'renewal',
    order: 'PO-2026-0004',
    term: 'P1Y',
  });
  printProse(
    `\nLumière renews for a year. It is ${early.status}, ${early.reason?.code}: ${early.reason?.message}`,
  );
  const renewed = await approve(stage, early, 'the customer’s budget ends with the year');
  printProse(
    `An operator approves it: ${renewed.registrationKey} is valid through ${renewed.validThrough}.\n`,
  );
  print(linesTable(renewed.lines ?? []));

  const returned = await change(stage, { requestNumber: 'CR-3', kind: 'return', order: 'PO-2026-0005' });
  printProse(
    '\nNordlys returns its order, though it is registered. The key is ended, and what it issued is revoked, as if the order had never been:\n',
  );
  print(linesTable(returned.lines ?? []));

  const undone = await submit(stage, 'change-request', {
    ...head('CR-4'),
    kind: 'undo-merge',
    mergeRequest: 'MR-4',
  });
  printProse('\nKontor’s merge was a mistake. Both accounts have again what they had:\n');
  print(undoneTable(undone));
}

function head(requestNumber: string) {
  return { requestNumber, requestedAt: '2026-11-22T09:00:00Z' };
}

function change(
  stage: Stage,
  { requestNumber, ...fields }: Readonly<Record<string, unknown>>,
): Promise<Outcome> {
  return submit(stage, 'change-request', {
    reseller: stage.reseller,
    ...head(String(requestNumber)),
    ...fields,
  });
}

function seatDays({ lines = [] }: Outcome): number {
  return lines.reduce((sum, line) => sum + line.seatDays, 0);
}

function undoneTable({ status, reason, survivor, restored, certificate }: Outcome): string {
  if (!survivor || !restored)
    throw new CommandError(`An undone merge of the demo was ${status}: ${reason?.message ?? ''}`);
  return `${table(
    [
      { title: 'Account', shrinkTo: 10 },
      { title: 'Activation Code' },
      { title: 'Seats', align: 'right' },
      { title: 'Valid through', shrinkTo: 12 },
    ],
    [survivor, ...restored].map((license) => [
      license.account,
      license.activationCode,
      changeText(license.previousSeats, license.seats),
      changeText(license.previouslyValidThrough, license.validThrough),
    ]),
  )}\nCertificate ${certificate?.number ?? ''} version ${certificate?.version ?? ''}`;
}
