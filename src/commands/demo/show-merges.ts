import { approve } from '#src/commands/demo/approve.ts';
import type { Stage } from '#src/commands/demo/stage.ts';
import { submit } from '#src/commands/demo/submit.ts';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { heading, print, printProse } from '#src/commands/terminal/output.ts';
import { table } from '#src/commands/terminal/table.ts';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';

/** Merges of accounts and licenses: one of each kind, one that the matrix refuses, one that a person decides. */
export async function showMerges(stage: Stage): Promise<void> {
  print(heading('Customers merge'));
  const service = await merge(stage, {
    requestNumber: 'MR-1',
    kind: 'service',
    into: 'bakery',
    from: 'bakery-uptown',
  });
  printProse(
    'The bakery takes its uptown branch over. Two accounts with one service become one; bakery keeps its code:\n',
  );
  print(mergeTable(service));

  const onPremises = await merge(stage, {
    requestNumber: 'MR-2',
    kind: 'on-premises',
    account: 'harbor',
    retain: 'WF-8QKX-5TNWH-C3MZP-9VGJY-D2RBE-7FAU4',
  });
  printProse(
    '\nharbor has two licenses of one product on premises. It says which code to retain; the other merges into it:\n',
  );
  print(mergeTable(onPremises));

  const refused = await merge(stage, {
    requestNumber: 'MR-3',
    kind: 'service',
    into: 'bakery',
    from: 'plink',
  });
  printProse(`\nplink into bakery is ${refused.status}, ${refused.reason?.code}: ${refused.reason?.message}`);

  const held = await merge(stage, {
    requestNumber: 'MR-4',
    kind: 'service',
    into: 'kontor',
    from: 'kontor-sg',
  });
  printProse(
    `\nkontor-sg into kontor is ${held.status}, ${held.reason?.code}: ${held.reason?.message} An operator approves it:\n`,
  );
  print(mergeTable(await approve(stage, held, 'Singapore is looked after from Oslo')));
}

async function merge(stage: Stage, request: Readonly<Record<string, string>>): Promise<Outcome> {
  const product = request['kind'] === 'service' ? { product: 'WFBS-SVC' } : {};
  return submit(stage, 'merge-request', { ...product, ...request, requestedAt: '2026-11-21T11:00:00Z' });
}

/** What merged into what, before → after. */
function mergeTable({ status, reason, survivor, merged, certificate }: Outcome): string {
  if (!survivor || !merged)
    throw new CommandError(`A merge of the demo was ${status}: ${reason?.message ?? ''}`);
  const kept = [
    survivor.account,
    survivor.activationCode,
    'survives',
    `${survivor.previousSeats} → ${survivor.seats}`,
    `${survivor.previouslyValidThrough} → ${survivor.validThrough}`,
  ];
  const gone = merged.map((license) => [
    license.account,
    license.activationCode,
    'merged',
    String(license.previousSeats),
    license.previouslyValidThrough,
  ]);
  return `${table(
    [
      { title: 'Account', shrinkTo: 10 },
      { title: 'Activation Code' },
      { title: '' },
      { title: 'Seats', align: 'right' },
      { title: 'Valid through', shrinkTo: 12 },
    ],
    [kept, ...gone],
  )}\nCertificate ${certificate?.number ?? ''}`;
}
