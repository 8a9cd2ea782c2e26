import { facts, heading, print, printJson } from '#src/commands/terminal/output.ts';
import { withDatabase } from '#src/commands/with-database.ts';
import { withSystem } from '#src/commands/with-system.ts';
import { auditBooks } from '#src/persistence/books.ts';
import { inTransaction, isWritable, scanning } from '#src/persistence/database.ts';
import { recordBooksCheck } from '#src/persistence/waiting-counts.ts';
import { owedNames, owedWork } from '#workers/owed-work.ts';
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
  if (json) printJson(found);
  else if (!found.looked) {
    print(
      'Another process is looking at this moment, and puts what is open on its queue. Nothing was done here.',
    );
  } else if (owedNames.every((name) => found[name] === 0)) {
    const nouns = owedNames.map((name) => owedWork[name].noun).join(', no ');
    print(`Nothing is open: there are no ${nouns}.`);
  } else {
    const counts = owedNames.map((name) => `${found[name]} ${owedWork[name].noun}`).join(', ');
    print(`On their queues now: ${counts}.`);
  }
  return 0;
}

async function showBooks({ json }: Json): Promise<0 | 1> {
  const books = await withDatabase(async ({ database }) => {
    const found = await scanning(database, auditBooks);
    // A standby can be looked at, too; there nothing is remembered.
    if (await isWritable(database))
      await inTransaction(database, (tx) => recordBooksCheck(tx, found.contradictions.length));
    return found;
  });
  const { contradictions, oldestOpenSeconds } = books;
  const balanced = contradictions.length === 0;
  if (json) printJson({ ...books, balanced });
  else {
    print(heading(balanced ? 'The books balance.' : 'The books do not balance.'));
    print(
      facts([
        ['accepted', books.accepted],
        ['fulfilled', books.fulfilled],
        ['rejected', books.rejected],
        ['held', books.held],
        ['open', books.open],
        [
          'oldest open',
          oldestOpenSeconds === null ? undefined : `accepted ${Math.round(oldestOpenSeconds)} s ago`,
        ],
        ['certificates without PDF', books.certificatesWithoutPdf],
        ...contradictions.map(({ check, count }): [string, string] => [`${count}`, check]),
      ]),
    );
  }
  return balanced ? 0 : 1;
}
