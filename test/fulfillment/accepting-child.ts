/** Accepts an order with an idempotency key, and kills itself as soon as so many statements have been answered. */
import { accept } from '#src/fulfillment/batch/accept-messages.ts';
import { openDatabase } from '#src/persistence/database.ts';
import { order } from '#test/fulfillment/messages-by-hand.ts';

const [url = '', dieAfter = '', name = ''] = process.argv.slice(2);
const database = openDatabase(url, { poolSize: 2 });
let answered = 0;
const dieInTime = () => {
  if (answered === Number(dieAfter)) process.kill(process.pid, 'SIGKILL');
};
const counted: typeof database = {
  ...database,
  async connect() {
    const client = await database.connect();
    const query = client.query.bind(client);
    const value = async (...parameters: readonly unknown[]): Promise<unknown> => {
      const answer: unknown = await Reflect.apply(query, undefined, parameters);
      answered += 1;
      dieInTime();
      return answer;
    };
    return Object.create(client, { query: { value }, release: { value: client.release.bind(client) } });
  },
};
dieInTime();
const message = order({ orderNumber: name });
await accept({ database: counted }, [{ message, by: 'reseller northwind', idempotencyKey: name }]);
await database.close();
process.stdout.write(String(answered));
