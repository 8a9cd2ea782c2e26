/** Decides a recorded message, and kills itself when it comes to the boundary. */
import { decideBatch } from '#src/fulfillment/batch/decide-batch.ts';
import { openFulfillment } from '#src/fulfillment/open-fulfillment.ts';
import { openDatabase } from '#src/persistence/database.ts';
import { mergingCatalog } from '#test/lifecycle/oracle/merging-catalog.ts';

const [url = '', boundary = '', recorded = ''] = process.argv.slice(2);
const database = openDatabase(url, { poolSize: 2 });
const fulfillment = await openFulfillment(database, await mergingCatalog(), {
  at: (breakpoint) => void (breakpoint === boundary && process.kill(process.pid, 'SIGKILL')),
});
await decideBatch(fulfillment, [{ recorded }]);
await database.close();
