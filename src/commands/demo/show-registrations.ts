import type { Stage } from '#src/commands/demo/stage.ts';
import { submit } from '#src/commands/demo/submit.ts';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { linesTable } from '#src/commands/terminal/outcome-text.ts';
import { heading, print, printProse } from '#src/commands/terminal/output.ts';
import { outcomeOf, type Outcome } from '#src/fulfillment/looking/outcome.ts';
import { reading } from '#src/persistence/database.ts';
import { findOutcomes } from '#src/persistence/outcomes.ts';

/** Customers register their keys: one that is known, and one whose account comes with the registration. */
export async function showRegistrations(stage: Stage): Promise<void> {
  const { reseller } = stage;
  print(heading('Customers register'));
  const acme = await submit(stage, 'registration', {
    reseller,
    registrationKey: await registrationKeyOf(stage, 'PO-2026-0001'),
    account: 'acme',
    acceptedAgreementAt: '2026-11-21T10:00:00Z',
  });
  print('acme accepts the license agreement and takes everything that was new to it:\n');
  print(linesTable(linesOf(acme)));

  const key = await registrationKeyOf(stage, 'PO-2026-0005');
  const nordlys = await submit(stage, 'registration', {
    reseller,
    registrationKey: key,
    newAccount: {
      id: 'nordlys',
      company: 'Nordlys AS',
      contact: 'Innkjøp',
      email: 'innkjop@nordlys.example',
      country: 'NO',
      region: 'emea',
    },
    acceptedAgreementAt: '2026-11-21T10:05:00Z',
    select: ['OfficeScan', 'Control Manager'],
  });
  print(
    `\nNordlys is new: its account comes with the registration. It selects ${issued(nordlys)} products:\n`,
  );
  print(linesTable(linesOf(nordlys).filter(({ action }) => action !== 'available')));

  const later = await submit(stage, 'registration', {
    reseller,
    registrationKey: key,
    account: 'nordlys',
    acceptedAgreementAt: '2026-11-21T10:10:00Z',
    select: ['Mobile Security'],
  });
  print('\nLater it selects a further one; what it has stays as it was:\n');
  print(linesTable(linesOf(later).filter(({ action }) => action !== 'available')));
  const available = linesOf(later).filter(({ action }) => action === 'available');
  print('');
  printProse(`Still available to it: ${available.map(({ component }) => component).join(', ')}.`);
}

async function registrationKeyOf({ system, reseller }: Stage, orderNumber: string): Promise<string> {
  const filter = { kind: 'upgrade-order', reseller, number: orderNumber } as const;
  const [row] = await findOutcomes(reading(system.database), filter, 1);
  const key = row && outcomeOf(row, { kind: 'operator' }).registrationKey;
  if (key === undefined)
    throw new CommandError(`The order ${orderNumber} of the demo has no Registration Key.`);
  return key;
}

function linesOf({ status, reason, lines }: Outcome) {
  if (lines) return lines;
  throw new CommandError(`A registration of the demo was ${status}: ${reason?.message ?? ''}`);
}

function issued(outcome: Outcome): number {
  return linesOf(outcome).filter(({ action }) => action === 'issued').length;
}
