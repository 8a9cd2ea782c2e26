import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { freePort } from '#test/environment/free-port.ts';
import { redisProgram } from '#test/environment/redis-program.ts';

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** For tests that freeze or kill it. */
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/**
 * A server of its own with the persistence that the product asks for, from the `redis-server` on the PATH (or what
 * TEST_REDIS_PROGRAM names); null when there is none. `settings` are arguments that come last and win. A second start in the same folder (and on the same port) finds the data of the first.
 */
export async function startRedisServer(
  folder: string,
  port?: number,
  settings: readonly string[] = [],
  program = redisProgram,
): Promise<RedisServer | null> {
  await mkdir(folder, { recursive: true });
  const taken = port ?? (await freePort());
  const child = spawn(
    program,
    `--port ${taken} --bind 127.0.0.1 --appendonly yes --maxmemory-policy noeviction`
      .split(' ')
      .concat('--save', '', '--dir', folder, ...settings),
    // A session of its own: Ctrl-C is for the test run, which stops the server when it is done with it.
    { stdio: ['ignore', 'pipe', 'ignore'], detached: true },
  );
  // A run that is killed outright cannot clean up; one that ends in any other way does.
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const started = await new Promise<boolean>((resolve, reject) => {
    const tail: string[] = [];
    child.once('error', (error) =>
      'code' in error && error.code === 'ENOENT' ? resolve(false) : reject(error),
    );
    child.once('close', (code) => reject(new Error(`${program} ended with ${code}:\n${tail.join('\n')}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      tail.push(line);
      if (line.includes('Ready to accept connections')) {
        resolve(true);
      }
    });
  });
  if (!started) {
    process.off('exit', killAtExit);
    return null;
  }
  return {
    url: `redis://127.0.0.1:${taken}`,
    port: taken,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      // A frozen server does not hear SIGTERM.
      const urging = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(urging);
      process.off('exit', killAtExit);
    },
  };
}
