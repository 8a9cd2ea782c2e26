import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface PgbenchOptions {
  readonly url: string;
  /** Transactions of each client. */
  readonly transactions: number;
  readonly clients: number;
  readonly script: string;
  readonly folder: string;
  readonly variables?: Readonly<Record<string, number>>;
}

export interface PgbenchResult {
  readonly perSecond: number;
  /** Of each transaction. */
  readonly latenciesMs: readonly number[];
}

/** Runs a script with prepared statements. @throws when a transaction failed */
export async function pgbench(options: PgbenchOptions): Promise<PgbenchResult> {
  const { folder, clients } = options;
  const prefix = `pgbench-${process.hrtime.bigint()}`;
  const script = join(folder, `${prefix}.sql`);
  await writeFile(script, options.script);
  const variables = Object.entries(options.variables ?? {}).flatMap(([name, value]) => [
    '-D',
    `${name}=${value}`,
  ]);
  const { stdout } = await run(
    pgbenchProgram(),
    [
      '--no-vacuum',
      '--protocol=prepared',
      `--client=${clients}`,
      `--transactions=${options.transactions}`,
      '--log',
      `--log-prefix=${join(folder, prefix)}`,
      `--file=${script}`,
      ...variables,
      options.url,
    ],
    { maxBuffer: 2 ** 26 },
  );
  const perSecond = Number(/tps = ([\d.]+) \(without initial connection time\)/.exec(stdout)?.[1]);
  const done = /number of transactions actually processed: (\d+)\/(\d+)/.exec(stdout);
  if (!(perSecond > 0) || done?.[1] !== done?.[2])
    throw new Error(`pgbench did not do all its work:\n${stdout}`);
  return { perSecond, latenciesMs: await latencies(folder, prefix) };
}

/** Whether there is one; the sentence says how to get it. */
export function pgbenchAbsence(): string | undefined {
  return existsSync(pgbenchProgram())
    ? undefined
    : 'There is no pgbench: the embedded PostgreSQL brings none. On Debian: apt-get install postgresql (it is in /usr/lib/postgresql/*/bin), or put one on the PATH.';
}

const debianFolder = '/usr/lib/postgresql';

function pgbenchProgram(): string {
  const versions = existsSync(debianFolder)
    ? readdirSync(debianFolder).sort((a, b) => Number(b) - Number(a))
    : [];
  const folders = [
    ...versions.map((version) => join(debianFolder, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(':'),
  ];
  return folders.map((folder) => join(folder, 'pgbench')).find((file) => existsSync(file)) ?? 'pgbench';
}

/** The log has a line per transaction: client, number, microseconds, … */
async function latencies(folder: string, prefix: string): Promise<readonly number[]> {
  const { readFile, readdir } = await import('node:fs/promises');
  const files = (await readdir(folder)).filter(
    (name) => name.startsWith(`${prefix}.`) && !name.endsWith('.sql'),
  );
  const lines = await Promise.all(
    files.map(async (name) => (await readFile(join(folder, name), 'utf8')).trim().split('\n')),
  );
  return lines.flat().map((line) => Number(line.split(' ')[2]) / 1000);
}
