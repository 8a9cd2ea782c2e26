/**
 * A worker or api process like the product's, that dies by kill -9, or freezes, when it comes to a boundary for the n-th time; or that
 * holds every batch there, alive, and says so. The boundaries are the product's one injected function; what says where to break is this
 * program's own argument.
 */
import { parseArgs } from 'node:util';
import { readConfiguration } from '#src/configuration.ts';
import type { Breakpoint } from '#src/fulfillment/fulfillment.ts';
import { listenHttp } from '#src/process/http-api.ts';
import { openSystem } from '#src/process/system.ts';
import { createLog } from '#src/watch/log.ts';
import { startWorkers } from '#workers/worker-process.ts';

const { values } = parseArgs({
  options: {
    role: { type: 'string', default: 'worker' },
    'break-at': { type: 'string' },
    signal: { type: 'string', default: 'SIGKILL' },
    times: { type: 'string', default: '1' },
  },
});
const configuration = readConfiguration();
const log = createLog({ level: configuration.logLevel, name: `breaking ${values.role}` });
const databaseUrl = configuration.databaseUrl ?? '';
const system = await openSystem({
  configuration,
  databaseUrl,
  log,
  poolSize: 8,
  applicationName: 'breaking',
});

let times = 0;
let unannounced = 0;
const at = (breakpoint: Breakpoint): Promise<void> | void => {
  if (breakpoint !== values['break-at']) return;
  // Nothing would be left for others to do: it dies where certificates wait that it has told nobody of.
  if (breakpoint === 'after-settling' && unannounced === 0) return;
  times += 1;
  if (values.signal === 'none') {
    log.warn({ breakpoint }, 'holding here');
    return new Promise(() => {});
  }
  if (times !== Number(values.times)) return;
  log.warn({ breakpoint, unannounced }, 'breaking here');
  process.kill(process.pid, values.signal);
};
/** The product announces certificates before it settles. Here the follow-up jobs are never made, as if it died between the two. */
const announce: typeof system.fulfillment.announce =
  values['break-at'] === 'after-settling'
    ? ({ certificates }) => void (unannounced += certificates.length)
    : system.fulfillment.announce;
const broken = { ...system, fulfillment: { ...system.fulfillment, at, announce } };
if (values.role === 'api') await listenHttp(broken, () => false);
else startWorkers({ sizes: configuration, ...broken });
log.info('working');
