import { runFeedImport } from '#src/commands/importing/feed.ts';
import { loadCatalog, shippedCatalog } from '#src/files/catalog-file.ts';
import { openFulfillment } from '#src/fulfillment/open-fulfillment.ts';
import { openDatabase } from '#src/persistence/database.ts';

/** A process of its own, so that a test can give it a small heap: URL, file, reseller. Its peak memory, in KiB, is the last line. */
const [url = '', file = '', reseller = ''] = process.argv.slice(2);
const database = openDatabase(url);
const fulfillment = await openFulfillment(database, await loadCatalog(shippedCatalog));
const { stdout, stderr } = process;
process.exitCode = await runFeedImport({ file, reseller, json: true }, { fulfillment, stdout, stderr });
await database.close();
stdout.write(`${process.resourceUsage().maxRSS}\n`);
