import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** What a process that runs this code has said when it has ended. */
function saidBy(code: string): readonly string[] {
  const program = `const { createLog } = await import('#src/watch/log.ts'); const log = createLog({ level: 'info', name: 'test' }); ${code}`;
  const cwd = new URL('../../', import.meta.url);
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd,
    encoding: 'utf8',
  });
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => /"msg":"(\w+)"/.exec(line)?.[1] ?? line);
}

test.each([
  ['ends at once', `log.info('first'); log.info('last'); process.exit(3);`, ['first', 'last']],
  [
    'dies of an error',
    `log.info('first'); setImmediate(() => { log.info('last'); throw new Error('no'); });`,
    ['first', 'last'],
  ],
  ['is aborted', `log.info('first'); log.fatal('last'); process.abort();`, ['first', 'last']],
  [
    'is killed, a turn later',
    `log.info('first'); setTimeout(() => { log.info('last'); setTimeout(() => process.kill(process.pid, 'SIGKILL'), 1); }, 10);`,
    ['first', 'last'],
  ],
])('what a process said before it %s is in its log', (_, code, said) => {
  expect(saidBy(code)).toEqual(said);
});
