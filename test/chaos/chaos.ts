import { countBooks } from '#src/persistence/books.ts';
import { reading, statement } from '#src/persistence/database.ts';
import type { Fault, FaultContext } from '#test/chaos/faults/fault.ts';
import { changesMade } from '#test/chaos/judge/changes-made.ts';
import { openFollowers } from '#test/chaos/judge/followers.ts';
import { openReplay } from '#test/chaos/judge/replay.ts';
import { judgeEvents } from '#test/chaos/judge/told-events.ts';
import type { Verdict } from '#test/chaos/judge/verdict.ts';
import { openLoad } from '#test/chaos/load/load.ts';
import { openMessageSource } from '#test/chaos/load/messages.ts';
import { untilNoneLeft } from '#test/chaos/load/patience.ts';
import { openProducers } from '#test/chaos/load/producers.ts';
import { openTracker } from '#test/chaos/load/tracker.ts';
import { seededRandom, type Random } from '#test/chaos/random.ts';
import { longest, type Recovery } from '#test/chaos/recovery.ts';
import { faultFigures, type ChaosReport } from '#test/chaos/report.ts';
import { runFault } from '#test/chaos/run-fault.ts';
import { machineSlowness } from '#test/chaos/slowness.ts';
import type { Runner } from '#test/chaos/stage/fleet.ts';
import { openStage, type QueuePlace, type Stage } from '#test/chaos/stage/stage.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly accounts: number;
  /** Of customers that own nothing yet; a fault with a backlog needs them. */
  readonly bareAccounts?: number;
  readonly reconcileSeconds: number;
  /** Where the queues are; in Redis by default. */
  readonly queues?: QueuePlace;
  /** What breaks, in this order; asked for the next one until there is none. @param elapsedMs since the start */
  readonly nextFault: (random: Random, elapsedMs: number) => Fault | undefined;
  readonly log: (line: string) => void;
  /** At the end, while everything still runs. */
  readonly inspect?: (context: FaultContext) => Promise<void>;
}

const baseWorkers = 2;

/**
 * Breaks things under load, one after the other. After each one: everything has ended, the books are audited, and the ledger equals a
 * sequential replay of the recorded order of decisions. There is a report whatever fails; after a fault that leaves nothing to compare
 * with, no further one is tried. All processes and servers are its own and are gone when it ends.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, log } = options;
  const random = seededRandom(seed);
  const startedAt = new Date();
  // Before anything of ours runs beside it.
  const slowness = await machineSlowness();
  log(`things may take ${slowness.toFixed(1)} times as long as on a machine of our own`);
  const stage = await openStage({ random, ...options });
  let isGood = false;
  try {
    const report = await breakThings(stage, random, startedAt, slowness, options);
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
  slowness: number,
  { seed, log, nextFault, inspect }: ChaosOptions,
): Promise<ChaosReport> {
  const { database } = stage.fulfillment;
  const wrong: string[] = [];
  const figures: string[] = [];
  const recoveries: Recovery[] = [];
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
    server: stage.queues,
    apiUrl: () => api.url,
    apiKeys: stage.apiKeys,
  });
  const followers = await openFollowers({
    server: stage.queues,
    apiUrl: () => api.url,
    apiKeys: stage.apiKeys,
  });
  let isSending = false;
  let underWay = 'the end';
  const context: FaultContext = {
    stage,
    random,
    producers,
    workers: living,
    startWorker,
    useApi: (runner) => (api = runner),
    api: () => api,
    isSending: () => isSending,
    blame(fault) {
      log(`WRONG: ${underWay}: ${fault}`);
      wrong.push(`${underWay}: ${fault}`);
    },
    tell: (figure) => void figures.push(figure),
  };
  const tracker = openTracker(database);
  const load = openLoad({
    random,
    source: openMessageSource(random, stage.world),
    producers,
    tracker,
    database,
    wipedAt: stage.queues.wipedAt,
  });
  const replay = openReplay(database, stage.model);
  const restore = async () => {
    while (living().length < baseWorkers) await startWorker();
  };
  const onSending = (is: boolean) => (isSending = is);
  let lost = 0;
  let resent = 0;
  let verdict: Verdict | undefined;
  const elapsedMs = () => Date.now() - startedAt.getTime();
  try {
    for (let fault = nextFault(random, 0), canGoOn = true; fault && canGoOn;) {
      const from = performance.now();
      underWay = fault.name;
      const run = await runFault(fault, { context, load, replay, restore, onSending, slowness });
      lost += run.lost;
      resent += run.resent;
      recoveries.push(...run.recoveries);
      verdict = run.verdict ?? verdict;
      canGoOn = run.canGoOn;
      const worst = longest(run.recoveries.map(({ seconds }) => longest(seconds)));
      log(
        `${fault.name}: ${run.decided} messages decided, recovery at most ${worst.toFixed(1)} s, ${((performance.now() - from) / 1000).toFixed(0)} s in all${run.resent > 0 ? `, ${run.resent} sent again` : ''}`,
      );
      fault = nextFault(random, elapsedMs());
    }
    underWay = 'the end';
    const left = await untilNoneLeft(
      async () => (await countBooks(reading(database))).certificatesWithoutPdf,
    );
    if (left !== 0) context.blame(`${left ?? 'nobody knows how many'} certificates have no PDF`);
    await inspect?.(context).catch((error: unknown) =>
      context.blame(`looking around failed: ${String(error)}`),
    );
    await judgeEvents(context, followers).catch((error: unknown) =>
      context.blame(`events could not be judged: ${String(error)}`),
    );
    const falsely = await tracker.falselyAccepted();
    if (falsely.length > 0)
      context.blame(`${falsely.length} messages were answered 202 and are not in Postgres`);
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
      changes: await changesMade(database),
      faults: faultFigures(recoveries),
      figures,
      wrong,
    };
  } finally {
    await followers.close();
    await producers.close();
  }
}
