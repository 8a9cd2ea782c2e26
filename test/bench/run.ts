import { parseArgs } from 'node:util';
import { figures } from '#test/bench/all-figures.ts';
import { makeBase } from '#test/bench/base-database.ts';
import { startBenchServers, type BenchServers } from '#test/bench/bench-servers.ts';
import { reportFigures } from '#test/bench/figures.ts';
import { machine } from '#test/bench/machine.ts';
import { baseSize, measurements, type Measurement } from '#test/bench/measurements.ts';
import { pgbenchAbsence } from '#test/bench/pgbench.ts';

const usage = `npm run bench -- [--full] [--rounds N] [--only NAME,NAME]
  --full     also mail, memory and growth, which take an hour
  --rounds   interleaved rounds, of which the median counts (3)
  --only     only these: ${measurements.map(({ name }) => name).join(', ')}
`;

process.exitCode = await bench();

async function bench(): Promise<number> {
  const { values } = parseArgs({
    options: {
      full: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '3' },
      only: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const only = values.only?.split(',');
  const unknown = only?.find((name) => !measurements.some((one) => one.name === name));
  const rounds = Number(values.rounds);
  if (values.help || unknown !== undefined || !(rounds >= 1)) {
    process.stderr.write(usage);
    return values.help ? 0 : 2;
  }
  const absence = pgbenchAbsence();
  if (absence !== undefined) {
    process.stderr.write(`${absence}\n`);
    return 1;
  }
  const chosen = measurements.filter(({ name, isFull }) => only?.includes(name) ?? (values.full || !isFull));
  const servers = await startBenchServers();
  try {
    return (await measure(servers, chosen, rounds)) ? 0 : 1;
  } finally {
    await servers.stop();
  }
}

/** Prints what was measured, also when a part of it failed. @returns whether all parts went well */
async function measure(
  servers: BenchServers,
  chosen: readonly Measurement[],
  rounds: number,
): Promise<boolean> {
  const measured = new Map<string, number[]>();
  const startedAt = performance.now();
  const say = (text: string) =>
    process.stderr.write(
      `${String(Math.round((performance.now() - startedAt) / 1000)).padStart(5)} s  ${text}\n`,
    );
  say('filling the database that every measurement begins with');
  const base = await makeBase(servers, baseSize);
  const failed = new Set<string>();
  const attempt = async (name: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      failed.add(name);
      say(`${name} FAILED and is left out: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  for (const { name, prepare } of chosen) {
    if (!prepare) continue;
    say(`preparing ${name}`);
    await attempt(name, async () => {
      await prepare(servers, base);
    });
  }
  const latest = (figure: string) => measured.get(figure)?.at(-1);
  for (let number = 0; number < rounds; number += 1) {
    for (const { name, run } of chosen) {
      // A part that failed once would have rounds that do not belong together.
      if (failed.has(name)) continue;
      await attempt(name, async () => {
        for (const [figure, value] of Object.entries(await run({ number, servers, base, latest }))) {
          measured.set(figure, [...(measured.get(figure) ?? []), value]);
          say(`round ${number + 1}, ${name}: ${figure} ${value.toFixed(2)}`);
        }
      });
    }
  }
  process.stdout.write(`${machine()}\n${reportFigures(figures, measured)}`);
  for (const name of failed) process.stdout.write(`\nFAILED: ${name}\n`);
  return failed.size === 0;
}
