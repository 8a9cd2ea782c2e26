import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openLedger } from '#test/fulfillment/open-ledger.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** A command takes a second or two; on a busy machine, several. */
const commandsMs = 600_000;

function run(command: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  return spawnSync(command, args, {
    cwd: checkout,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', ...environment },
  });
}

describe('the command itself', { timeout: commandsMs }, () => {
  test.each([
    ['./chancery', []],
    ['npx', ['chancery']],
    [process.execPath, ['bin/chancery.mjs']],
  ])('%s %s: stdout is the command’s alone, and its exit code, too', async (command, first) => {
    const { url } = await openLedger();
    const added = run(command, [...first, 'reseller', 'add', 'newcomer', '--json'], { DATABASE_URL: url });
    expect([added.stderr, added.status]).toEqual(['', 0]);
    expect(JSON.parse(added.stdout)).toMatchObject({ name: 'newcomer', apiKey: expect.any(String) });
    expect(run(command, [...first, 'order', 'show', 'PO-1'], { DATABASE_URL: url })).toMatchObject({
      status: 1,
      stdout: '',
    });
    expect(run(command, [...first, 'nothing']).status).toBe(2);
  });

  test('says its version', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(run('./chancery', ['--version']).stdout).toBe(`${version}\n`);
  });

  test('after npm ci one line says which Node.js it runs on, where that is not the machine’s', () => {
    const said = (version: string) =>
      run(process.execPath, ['bin/say-node.mjs'], {
        npm_config_user_agent: `npm/10.8.2 node/${version} linux x64 workspaces/false`,
      }).stdout;
    expect(said('v20.20.2')).toMatch(/^Chancery runs on the Node\.js 24 .*your v20\.20\.2 starts it\.\n$/);
    expect(said('v24.21.0')).toBe('');
  });

  test('is what every document calls', () => {
    const documents = [
      'README.md',
      'ARCHITECTURE.md',
      'docs/runbook.md',
      'docs/benchmarks.md',
      'examples/README.md',
    ];
    for (const document of documents)
      expect(readFileSync(new URL(`../../${document}`, import.meta.url), 'utf8')).not.toContain(
        'npm run chancery',
      );
  });
});
