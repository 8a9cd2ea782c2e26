import { expect, test } from 'vitest';
import { decideBatch } from '#src/fulfillment/batch/decide-batch.ts';
import type { Database } from '#src/persistence/database.ts';
import { existing, outcomeAfter, outcomeById } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { agreed, change, day, order, registration } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';

interface Trips {
  transactions: number;
  statements: number;
  /** What is asked before the answer to what was asked earlier is here goes along with that. */
  roundTrips: number;
}

/** The database, with a count of how often whoever uses it waits for an answer. */
function counting(database: Database): { readonly counted: Database; readonly trips: Trips } {
  const trips: Trips = { transactions: 0, statements: 0, roundTrips: 0 };
  const counted: Database = {
    ...database,
    async connect() {
      const client = await database.connect();
      const query = client.query.bind(client);
      let answered = 0;
      const value = async (...parameters: readonly unknown[]): Promise<unknown> => {
        const trip = answered + 1;
        trips.statements += 1;
        if (parameters[0] === 'begin') trips.transactions += 1;
        const answer: unknown = await Reflect.apply(query, undefined, parameters);
        if (trip > answered) trips.roundTrips += 1;
        answered = Math.max(answered, trip);
        return answer;
      };
      return Object.create(client, { query: { value }, release: { value: client.release.bind(client) } });
    },
  };
  return { counted, trips };
}

test('a return with 20 later messages of the account takes one transaction and at most 10 round trips', async () => {
  const { fulfillment } = await openLedger();
  const { database } = fulfillment;
  await givenHoldings(
    database,
    [{ id: 'acme' }],
    [{ account: 'acme', activationCode: activationCode('OS', 1), seats: 200, validThrough: day(120) }],
  );
  const first = await outcomeAfter(fulfillment, order({ orderNumber: 'O1', seats: 200 }));
  await outcomeAfter(fulfillment, order({ orderNumber: 'O2', seats: 250, term: 'P2Y' }));
  const later = [
    registration(existing(first.registrationKey)),
    ...Array.from({ length: 6 }, (_, i) =>
      change({ requestNumber: `S${i}`, kind: 'seats', order: 'O2', seats: 300 + i }),
    ),
    ...Array.from({ length: 6 }, (_, i) =>
      change({
        requestNumber: `P${i}`,
        kind: i % 2 === 0 ? 'suspension' : 'resumption',
        order: 'O1',
        because: 'test',
      }),
    ),
    ...Array.from({ length: 7 }, (_, i) =>
      order({ orderNumber: `L${i}`, seats: 400 + i, ...(i % 2 === 0 && { suite: 'SPC', register: agreed }) }),
    ),
  ];
  expect(later).toHaveLength(20);
  for (const message of later)
    expect(await outcomeAfter(fulfillment, message)).toMatchObject({ status: 'fulfilled' });

  const { counted, trips } = counting(database);
  const [ending] = await decideBatch({ ...fulfillment, database: counted }, [
    { message: change({ requestNumber: 'R', kind: 'return', order: 'O2' }) },
  ]);
  if (ending?.outcome !== 'decided') throw new Error('The return was not decided.');
  expect(await outcomeById(fulfillment, ending.id)).toMatchObject({ status: 'fulfilled' });
  expect(trips.transactions).toBe(1);
  expect(trips.roundTrips).toBeLessThanOrEqual(10);
  // So that the count counts: each of them writes, reads and commits.
  expect(trips.roundTrips).toBeGreaterThan(3);
  expect(trips.statements).toBeGreaterThan(trips.roundTrips);
});
