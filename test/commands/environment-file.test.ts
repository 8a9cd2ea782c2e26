import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlace, type Place } from '#test/commands/run-chancery.ts';

const commandsMs = 600_000;

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.remove());

/** Nobody listens there: a command that reads it says so, one that does not would make an embedded PostgreSQL. */
const elsewhere = 'postgresql://chancery:pw@127.0.0.1:1/chancery';

const write = (content: string | Uint8Array) => writeFile(join(place.folder, '.env'), content);

describe('a .env file', { timeout: commandsMs }, () => {
  test.each([
    ['plain', ''],
    ['with a byte order mark', '\uFEFF'],
  ])('%s is read by every command, to the last character', async (_, mark) => {
    await write(`${mark}DATABASE_URL=${elsewhere}\nOPERATOR_API_KEY=Zx9#long-random-operator-key-2026\n`);
    const { code, stderr } = await place.run(['worker']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('127.0.0.1:1') });
    const found = await place.json(['doctor', '--json']);
    expect(found).toMatchObject({
      findings: expect.arrayContaining([
        expect.objectContaining({ check: 'PostgreSQL', message: expect.stringContaining('127.0.0.1:1') }),
      ]),
    });
    expect(JSON.stringify(found)).not.toContain('OPERATOR_API_KEY');
  });

  test.each([
    ['in UTF-16', Buffer.from(`\uFEFFDATABASE_URL=${elsewhere}\r\n`, 'utf16le'), 'UTF-16'],
    [
      'whose value may mean two things',
      'DATABASE_URL=postgresql://chancery:pa$word@db/chancery',
      'DATABASE_URL has a "$"',
    ],
    ['that names a setting almost', `Database_Url=${elsewhere}`, 'DATABASE_URL is'],
    [
      'whose operator key is cut short',
      'OPERATOR_API_KEY=Zx9 #long-random-operator-key-2026',
      'OPERATOR_API_KEY must be 24',
    ],
  ])('%s starts nothing, and doctor says the same', async (_, content, said) => {
    await write(content);
    for (const command of [['api'], ['worker'], ['start'], ['migrate']]) {
      const { code, stdout, stderr } = await place.run(command);
      expect({ command, code, stdout, stderr }).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining(said),
      });
    }
    const { code, stdout } = await place.run(['doctor', '--json']);
    expect(code).toBe(1);
    // Findings have the variable apart from what is said of it.
    expect(stdout.replaceAll('\\"', '"')).toContain(said.split(' ').at(-1));
  });
});
