import { facts, heading, moment, print, printJson } from '#src/commands/output.ts';
import { withDatabase } from '#src/commands/with-database.ts';
import { withSystem } from '#src/commands/with-system.ts';
import { imbalances, readBalance } from '#src/persistence/balance.ts';
import { reading } from '#src/persistence/database.ts';
import { reconcile } from '#workers/reconciler.ts';

interface Json {
  readonly json?: boolean;
}

/** `chancery reconcile [--check]`. @returns 1 when the books do not balance */
export async function runReconcile({ check, json }: Json & { readonly check?: boolean }): Promise<0 | 1> {
  return check ? showBooks({ json: json ?? false }) : enqueueAgain({ json: json ?? false });
}

async function enqueueAgain({ json }: Json): Promise<0> {
  const found = await withSystem(({ fulfillment, queues, log }) => reconcile(fulfillment, queues, 0, log));
  const { messages, certificates } = found;
  if (json) printJson(found);
  else if (messages + certificates === 0)
    print('Nothing is open: no accepted message and no certificate waits.');
  else print(`On their queues now: ${messages} accepted messages, ${certificates} certificates without PDF.`);
  return 0;
}

async function showBooks({ json }: Json): Promise<0 | 1> {
  const balance = await withDatabase(({ database }) => readBalance(reading(database)));
  const faults = imbalances(balance);
  const { oldestOpenAt } = balance;
  if (json) {
    const oldest = oldestOpenAt === null ? null : new Date(oldestOpenAt).toISOString();
    printJson({ ...balance, oldestOpenAt: oldest, balanced: faults.length === 0, faults });
  } else {
    print(heading(faults.length === 0 ? 'The books balance.' : 'The books do not balance.'));
    print(
      facts([
        ['accepted', balance.accepted],
        ['fulfilled', balance.fulfilled],
        ['rejected', balance.rejected],
        ['held', balance.held],
        ['open', balance.open],
        ['oldest open', oldestOpenAt === null ? undefined : `accepted ${moment(oldestOpenAt)}`],
        ['certificates without PDF', balance.certificatesWithoutPdf],
        ...faults.map((fault): [string, string] => ['fault', fault]),
      ]),
    );
  }
  return faults.length === 0 ? 0 : 1;
}
