/** A worker process for the tests: told its site as JSON, it logs to stdout and drains on SIGTERM. */
import { openWorkers, siteSchema } from '#test/delivery/worker-site.ts';

const site = siteSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
const close = await openWorkers(site, process.stdout);
process.once('SIGTERM', () => void close().then(() => process.exit(0)));
// Its site is open: what ends connections may begin.
process.send?.('open');
// Whoever started it may be gone without a word.
process.once('disconnect', () => process.exit(1));
