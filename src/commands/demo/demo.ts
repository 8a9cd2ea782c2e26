import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { showCertificates } from '#src/commands/demo/show-certificates.ts';
import { showHoldings } from '#src/commands/demo/show-holdings.ts';
import { showHolds } from '#src/commands/demo/show-holds.ts';
import { showKit } from '#src/commands/demo/show-kit.ts';
import { showMails } from '#src/commands/demo/show-mails.ts';
import { showMerges } from '#src/commands/demo/show-merges.ts';
import { showOrderLife } from '#src/commands/demo/show-order-life.ts';
import { showOrders } from '#src/commands/demo/show-orders.ts';
import { showRegistrations } from '#src/commands/demo/show-registrations.ts';
import { showSameFileAgain } from '#src/commands/demo/show-same-file-again.ts';
import { openStage, type Stage } from '#src/commands/demo/stage.ts';
import { dim, heading, print } from '#src/commands/terminal/output.ts';
import { Draining } from '#src/process/draining.ts';
import { untilStopped } from '#src/process/stop-signals.ts';
import { createLog } from '#src/watch/log.ts';

/** The parts of the demo, in the order in which it tells them. */
const acts: readonly ((stage: Stage) => Promise<void>)[] = [
  showHoldings,
  showOrders,
  showRegistrations,
  showHolds,
  showMerges,
  showOrderLife,
  showSameFileAgain,
  showCertificates,
  showKit,
  showMails,
];

/**
 * `chancery demo`: the whole job on the example files, in a temporary place that is removed again. Only certificates and a Deployment Kit stay, in
 * `output`. @returns 0; 130 or 143 when it was interrupted
 */
export async function runDemo(output: string): Promise<number> {
  const startedAt = performance.now();
  const log = createLog({ level: 'warn', name: 'demo' });
  const draining = new Draining(log);
  const stopped = untilStopped(log);
  const folder = resolve(output);
  await mkdir(folder, { recursive: true });
  try {
    print(`\n${heading('Chancery: from a reseller’s order to licenses')}`);
    print(
      dim(
        'On an embedded PostgreSQL in a temporary place, with the queues on it. Nothing of yours is touched.\n',
      ),
    );
    const ended = await Promise.race([play(folder, log, draining), stopped]);
    if (ended !== 'played') return ended === 'SIGINT' ? 130 : 143;
  } finally {
    await draining.close(closingDeadlineMs);
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  print(
    dim(`\nDone in ${seconds} s. "npm start" runs it for real; "npx chancery --help" shows all commands.\n`),
  );
  return 0;
}

const closingDeadlineMs = 10_000;

async function play(
  output: string,
  log: ReturnType<typeof createLog>,
  draining: Draining,
): Promise<'played'> {
  const stage = await openStage(output, log, draining);
  for (const [i, act] of acts.entries()) {
    if (draining.isDraining()) break;
    if (i > 0) print('');
    await act(stage);
  }
  return 'played';
}
