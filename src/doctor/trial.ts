import { parseMessage } from '#jobs/message.ts';
import { ok, problem, type DoctorFinding } from '#src/doctor/finding.ts';
import type { Catalog } from '#src/domain/catalog.ts';
import { decideWithin, type Ending } from '#src/fulfillment/batch/decide-batch.ts';
import { sqlState } from '#src/fulfillment/batch/repeating-transaction.ts';
import { noMeters } from '#src/fulfillment/meters.ts';
import { storeSuites } from '#src/fulfillment/open-fulfillment.ts';
import { newId } from '#src/mechanisms/new-id.ts';
import { addReseller } from '#src/persistence/api-keys.ts';
import { inTransaction, type Database } from '#src/persistence/database.ts';
import { tryQueues } from '#workers/try-queues.ts';

/** Carries what a trial found out of its transaction, which it undoes. */
class Undone extends Error {
  readonly ending: Ending | undefined;

  constructor(ending: Ending | undefined) {
    super('The trial was undone.');
    this.ending = ending;
  }
}

/**
 * Decides an order of a reseller and customer that nobody knows, with everything that is written for it, and undoes it all: what a worker
 * does, not something easier. Only a certificate number is gone afterwards.
 */
export async function tryDeciding(database: Database, catalog: Catalog): Promise<DoctorFinding> {
  const ending = await decideAndUndo(database, catalog).catch((error: unknown) => error);
  if (ending instanceof Undone && ending.ending?.outcome === 'decided')
    return ok('Deciding', `an order was decided (${ending.ending.status}) and undone`);
  const error = ending instanceof Undone ? new Error('the order was not decided') : ending;
  return problem(
    'deciding-fails',
    'Deciding',
    `an order cannot be decided: ${messageOf(error)}`,
    adviceFor(error, 'public'),
  );
}

/** Adds a job, ends it, and undoes both, where the queues live in PostgreSQL. */
export async function tryQueueing(url: string): Promise<DoctorFinding> {
  try {
    await tryQueues(url);
    return ok('Queues', 'a job was queued in PostgreSQL, ended, and undone');
  } catch (error) {
    return problem(
      'queueing-fails',
      'Queues',
      `a job cannot be queued in PostgreSQL: ${messageOf(error)}`,
      adviceFor(error, 'bullmq'),
    );
  }
}

async function decideAndUndo(database: Database, catalog: Catalog): Promise<never> {
  const name = `doctor-${newId().slice(-12)}`;
  const parsed = parseMessage('upgrade-order', {
    reseller: name,
    orderNumber: name,
    placedAt: new Date().toISOString(),
    suite: catalog.suites[0]?.code ?? '',
    seats: 10,
    term: 'P1Y',
    customer: { company: 'Doctor', email: 'doctor@chancery.example' },
  });
  return inTransaction<never>(database, async (tx) => {
    await addReseller(tx, name, 'reseller');
    const suiteSnapshots = await storeSuites(tx, catalog);
    const fulfillment = {
      database,
      catalog,
      suiteSnapshots,
      events: false,
      at: () => {},
      announce: () => {},
      meters: noMeters,
    };
    const endings = parsed.ok ? await decideWithin(tx, fulfillment, [{ message: parsed.message }]) : [];
    throw new Undone(endings[0]);
  });
}

function adviceFor(error: unknown, schema: string): string {
  switch (sqlState(error) ?? '') {
    case '42501':
    // Without usage of its schema a function does not exist.
    case '42883':
      return [
        `As the owner: GRANT USAGE ON SCHEMA ${schema}; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema};`,
        `GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA ${schema};`,
        ...(schema === 'bullmq'
          ? [
              `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${schema}; GRANT TEMPORARY ON DATABASE (it is everybody's by default);`,
            ]
          : []),
        'each TO this user.',
      ].join(' ');
    case '25006':
      return 'Let DATABASE_URL lead to the primary, and look at default_transaction_read_only.';
    case '42P01':
    case '3F000':
      return 'Run "chancery migrate".';
    default:
      return 'Until this works nothing is fulfilled. The message is PostgreSQL’s own.';
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
