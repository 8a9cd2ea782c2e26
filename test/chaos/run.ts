/** `npm run chaos -- --minutes N --seed S`: breaks everything that can break, and says what came of it. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { runChaos } from '#test/chaos/chaos.ts';
import { backlogOrders, faultPlan } from '#test/chaos/faults/fault-plan.ts';
import { watchCanary } from '#test/chaos/judge/canary.ts';
import { reportText } from '#test/chaos/report.ts';

const usage = `npm run chaos -- [--minutes 10] [--seed 1] [--only TEXT] [--queues redis|postgres] [--output chaos-report.json]
  Breaks everything that can break, under load, and says what came of it. TEXT is a part of a fault's name.
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    /** A part of the faults' names; all of them by default. */
    only: { type: 'string', default: '' },
    /** Where the queues are: `redis`, or `postgres`, where faults of Redis are left out. */
    queues: { type: 'string', default: 'redis' },
    /** Where the report goes as JSON. */
    output: { type: 'string', default: 'chaos-report.json' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!(minutes > 0) || !Number.isInteger(seed)) {
  process.stderr.write('chaos: --minutes takes a positive number, --seed a whole one\n');
  process.exit(2);
}
const { queues } = values;
if (queues !== 'redis' && queues !== 'postgres') {
  process.stderr.write('chaos: --queues takes redis or postgres\n');
  process.exit(2);
}
// What was started is ended by handlers of `exit`, which a signal alone does not bring about.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const startedAt = performance.now();
const log = (line: string) =>
  void process.stderr.write(
    `${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${line}\n`,
  );
const report = await runChaos({
  seed,
  accounts: 400,
  bareAccounts: backlogOrders,
  reconcileSeconds: 10,
  queues,
  nextFault: faultPlan({ minutes, only: values.only, queues }),
  inspect: watchCanary,
  log,
});
process.stdout.write(`${reportText(report)}\n`);
await writeFile(values.output, `${JSON.stringify(report, null, 2)}\n`);
process.exitCode = report.wrong.length === 0 ? 0 : 1;
