import { openProducers } from '#test/chaos/load/producers.ts';
import { openLoad, type Settled } from '#test/chaos/load/load.ts';
import { openMessageSource } from '#test/chaos/load/messages.ts';
import { openTracker } from '#test/chaos/load/tracker.ts';
import type { Fault, FaultContext, Injected } from '#test/chaos/faults/fault.ts';
import { openReplay } from '#test/chaos/judge/replay.ts';
import { faultsOf, judge, type Verdict } from '#test/chaos/judge/verdict.ts';
import { seededRandom, type Random } from '#test/chaos/random.ts';
import { faultFigures, type ChaosReport } from '#test/chaos/report.ts';
import { eventually } from '#test/chaos/stage/processes.ts';
import { openStage, type Stage } from '#test/chaos/stage/stage.ts';
import { reading, statement } from '#src/persistence/database.ts';
import { countBooks } from '#src/persistence/books.ts';
import type { Runner } from '#test/chaos/stage/fleet.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly accounts: number;
  readonly reconcileSeconds: number;
  /** What breaks, in this order; asked for the next one until there is none. @param elapsedMs since the start */
  readonly nextFault: (random: Random, elapsedMs: number) => Fault | undefined;
  readonly log: (line: string) => void;
  /** At the end, while everything still runs. */
  readonly inspect?: (context: FaultContext) => Promise<void>;
}

/** Everything sent must have ended this long after the last fault; a minute more than anything should take. */
const settlingDeadlineMs = 90_000;

const baseWorkers = 2;

/**
 * Breaks things under load, one after the other. After each one: everything has ended, the books are audited, and the ledger equals a
 * sequential replay of the recorded order of decisions. All processes and servers are its own and are gone when it ends.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, log } = options;
  const random = seededRandom(seed);
  const startedAt = new Date();
  const stage = await openStage({ random, ...options });
  let isGood = false;
  try {
    const report = await breakThings(stage, random, startedAt, options);
    isGood = report.wrong.length === 0;
    return report;
  } finally {
    await stage.close(!isGood);
    log(`all processes and servers are gone${isGood ? '' : `; their logs and data are in ${stage.folder}`}`);
  }
}

async function breakThings(
  stage: Stage,
  random: Random,
  startedAt: Date,
  { seed, log, nextFault, inspect }: ChaosOptions,
): Promise<ChaosReport> {
  const { database } = stage.fulfillment;
  const wrong: string[] = [];
  const figures: string[] = [];
  const recoveries: { readonly kind: string; readonly seconds: number }[] = [];
  const workers = new Set<Runner>();
  const startWorker = async () => {
    const worker = await stage.fleet.start({ role: 'worker' });
    workers.add(worker);
    return worker;
  };
  const living = () => [...workers].filter((worker) => !worker.hasEnded());
  let [api] = await Promise.all([
    stage.fleet.start({ role: 'api' }),
    ...Array.from({ length: baseWorkers }, startWorker),
  ]);
  const producers = openProducers({
    redisUrl: stage.redis.url,
    apiUrl: () => api.url,
    apiKeys: stage.apiKeys,
  });
  let isSending = false;
  const context: FaultContext = {
    stage,
    random,
    producers,
    workers: living,
    startWorker,
    useApi: (runner) => (api = runner),
    api: () => api,
    isSending: () => isSending,
    blame: (fault) => void wrong.push(fault),
    tell: (figure) => void figures.push(figure),
  };
  const tracker = openTracker(database);
  const load = openLoad({
    random,
    source: openMessageSource(random, stage.world),
    producers,
    tracker,
    database,
    wipedAt: stage.redis.wipedAt,
  });
  const replay = openReplay(database, stage.model);
  let lost = 0;
  let resent = 0;
  let verdict: Verdict | undefined;
  const elapsedMs = () => Date.now() - startedAt.getTime();
  try {
    for (
      let fault = nextFault(random, 0);
      fault && wrong.length === 0;
      fault = nextFault(random, elapsedMs())
    ) {
      const from = performance.now();
      await fault.prepare?.(context);
      isSending = true;
      const sending = load.send(fault.messages, fault.sendingMs).finally(() => (isSending = false));
      const [injected] = await Promise.all([fault.strike(context), sending]);
      const settled = await load.settle(settlingDeadlineMs);
      await fault.clear?.(context);
      while (living().length < baseWorkers) await startWorker();
      lost += settled.lost;
      resent += settled.resent;
      if (settled.lost > 0) wrong.push(`${fault.name}: ${settled.lost} messages without an ending`);
      recoveries.push(...injected.map((one) => ({ kind: one.kind, seconds: recoverySeconds(one, settled) })));
      verdict = await judge(stage.fulfillment, stage.model, replay);
      wrong.push(...faultsOf(verdict).map((one) => `${fault.name}: ${one}`));
      wrong.push(...stage.fleet.unexpectedEnds.splice(0).map((one) => `${fault.name}: ${one}`));
      const worst = Math.max(0, ...injected.map((one) => recoverySeconds(one, settled)));
      log(
        `${fault.name}: ${settled.decided.length} messages decided, recovery at most ${worst.toFixed(1)} s, ${((performance.now() - from) / 1000).toFixed(0)} s in all${settled.resent > 0 ? `, ${settled.resent} sent again` : ''}`,
      );
    }
    await eventually(
      'all certificates to be rendered',
      120_000,
      async () => (await countBooks(reading(database))).certificatesWithoutPdf === 0,
    ).catch((error: unknown) => void wrong.push(String(error)));
    await inspect?.(context);
    const falsely = await tracker.falselyAccepted();
    if (falsely.length > 0)
      wrong.push(`${falsely.length} messages were answered 202 and are not in Postgres`);
    const [kept] = await statement<{ readonly count: number }>(
      reading(database),
      'select count(*)::integer as count from rejected_message',
    );
    return {
      seed,
      startedAt: startedAt.toISOString(),
      durationSeconds: Math.round(elapsedMs() / 1000),
      ...tracker.counts,
      resent,
      books: verdict && { ...verdict.books, ...(await countBooks(reading(database))) },
      rejectedMessages: kept?.count ?? 0,
      lost: lost + falsely.length,
      doubled: verdict?.doubled ?? 0,
      faults: faultFigures(recoveries),
      figures,
      wrong,
    };
  } finally {
    await producers.close();
  }
}

/** From the end of the fault until everything that was sent before it had ended. */
function recoverySeconds({ healedAt }: Injected, { decided }: Settled): number {
  const late = decided.flatMap(({ sentAt, decidedAt }) => (sentAt <= healedAt ? [decidedAt - healedAt] : []));
  return Math.max(0, ...late) / 1000;
}
