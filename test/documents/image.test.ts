import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';

const checkout = fileURLToPath(new URL('../..', import.meta.url));

const read = (file: string) => readFile(join(checkout, file), 'utf8');

/** What the Dockerfile copies of this folder. */
async function copied(): Promise<readonly string[]> {
  const lines = (await read('Dockerfile')).split('\n').filter((line) => line.startsWith('COPY '));
  return lines.flatMap((line) => line.split(' ').slice(1, -1));
}

describe('the container image', () => {
  test('may see what it copies, and nothing else', async () => {
    const seen = (await read('.dockerignore')).split('\n').filter((line) => line.startsWith('!'));
    expect(seen.map((line) => line.slice(1)).toSorted()).toEqual([...(await copied())].toSorted());
  });

  test('holds all that the command line needs, in each way to start it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chancery-image-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    for (const path of await copied()) {
      await cp(join(checkout, path), join(folder, path), { recursive: true });
      expect(dirname(path)).toBe('.');
    }
    await symlink(join(checkout, 'node_modules'), join(folder, 'node_modules'));
    const run = (program: string, ...parameters: readonly string[]) =>
      promisify(execFile)(program, parameters, { cwd: folder });
    const [, entry = ''] = /^ENTRYPOINT (.*)$/m.exec(await read('Dockerfile')) ?? [];
    const [, ...entryParameters] = entry.replaceAll(/[[\]",]/g, '').split(' ');
    for (const [program, ...parameters] of [
      [process.execPath, ...entryParameters],
      ['./chancery'],
      [process.execPath, 'bin/chancery.mjs'],
    ] as const) {
      const checking = [...parameters, 'catalog', 'check', 'examples/catalog.json'];
      expect((await run(program, ...checking)).stdout).toContain('can be used');
    }
  });
});
