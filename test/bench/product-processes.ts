import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };

/** A process of the product, started as an operator would: `chancery worker`, `chancery api`. */
export interface ProductProcess {
  readonly pid: number;
  /** Bytes, the most that was ever resident. */
  peakMemory(): Promise<number>;
  /** Resolves when a command has done its work. @throws when it ends with another code than 0 */
  ended(): Promise<void>;
  /** Asks it to drain. @throws when it does not end with 0 */
  stop(): Promise<void>;
}

export interface ProductOptions {
  readonly folder: string;
  /** Further flags of node, as `--cpu-prof`. */
  readonly flags?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Another program than the product, started as it is. */
  readonly program?: string;
}

const checkout = new URL('../../', import.meta.url);

/** The script by which operators start it: `NAME=value node --flag src/chancery.ts`. */
const script = packageJson.scripts.chancery.split(' ');
const scriptEnvironment = Object.fromEntries(
  script.slice(0, script.indexOf('node')).map((assignment) => assignment.split('=')),
);
const flagsOfScript = script.slice(script.indexOf('node') + 1, -1);
const programOfScript = script.at(-1) ?? '';

let count = 0;

/** @param command with its arguments; the log goes to a file in the folder, at the product's own level */
export function startProduct(
  command: readonly string[],
  { folder, flags = [], environment, program = programOfScript }: ProductOptions,
): ProductProcess {
  count += 1;
  const log = join(folder, `${command[0]}-${count}.log`);
  const child = spawn(process.execPath, [...flagsOfScript, ...flags, program, ...command], {
    cwd: checkout,
    env: {
      PATH: process.env['PATH'],
      ...scriptEnvironment,
      DATA_DIRECTORY: folder,
      MAIL_CERTIFICATES: 'off',
      ...environment,
    },
    stdio: ['ignore', 'ignore', openSync(log, 'a')],
  });
  const { pid = 0 } = child;
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const finished = async () => {
    const code = await ended;
    process.off('exit', killAtExit);
    if (code !== 0) throw new Error(`\`chancery ${command.join(' ')}\` ended with ${code}; its log: ${log}`);
  };
  return {
    pid,
    ended: finished,
    peakMemory: async () => {
      const { readFile } = await import('node:fs/promises');
      const peak = /VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
      if (peak === undefined) throw new Error('The process has just ended.');
      return Number(peak) * 1024;
    },
    async stop() {
      child.kill('SIGTERM');
      await finished();
    },
  };
}
