import { makeEndpoint } from '#src/fulfillment/batch/webhook-endpoints.ts';
import { openSealing } from '#src/fulfillment/webhook-sealing.ts';
import { openDatabase } from '#src/persistence/database.ts';
import { openReceiver } from '#test/webhooks/receiver.ts';

/** An endpoint that hears everything, and the server behind it. */
export interface Hearing {
  /** Deliveries that came so far. */
  heard(): number;
  close(): Promise<void>;
}

export async function openHearing(databaseUrl: string): Promise<Hearing> {
  const receiver = await openReceiver();
  const database = openDatabase(databaseUrl, { poolSize: 1 });
  try {
    const wanted = { reseller: null, url: receiver.url, types: [] };
    await makeEndpoint(database, await openSealing(database), wanted, { by: 'operator bench' });
  } finally {
    await database.close();
  }
  return { heard: () => receiver.received.length, close: () => receiver.close() };
}
