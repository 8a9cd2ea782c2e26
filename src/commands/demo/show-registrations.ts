import { registerByPortal } from '#src/commands/demo/register-by-portal.ts';
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
  await registerByPortal(stage, {
    registrationKey: key,
    company: 'Nordlys AS',
    contact: 'Innkjøp',
    email: 'innkjop@nordlys.example',
    account: 'nordlys',
    country: 'NO',
    region: 'emea',
    select: ['OfficeScan', 'Control Manager'],
  });
  const nordlys = await latestRegistration(stage, 'nordlys');
  print(
    `\nNordlys is new, and signs up at the portal with its certificate. It selects ${issued(nordlys)} products:\n`,
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

async function latestRegistration({ system }: Stage, account: string): Promise<Outcome> {
  const rows = await findOutcomes(reading(system.database), { kind: 'registration', account }, 100);
  const row = rows.at(-1);
  if (!row) throw new CommandError(`The demo's ${account} has no registration.`);
  return outcomeOf(row, { kind: 'operator' });
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
