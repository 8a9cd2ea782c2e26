import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createProgram } from '#src/commands/program.ts';
import { openPlace, type Place } from '#test/commands/run-chancery.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.remove());

function leaves(command: Command, path: readonly string[] = []): readonly (readonly string[])[] {
  const inner = command.commands.flatMap((child) => leaves(child, [...path, child.name()]));
  return inner.length > 0 ? inner : [path];
}

/** Contract §4 names them in short: `reseller add | list NAME` are two. */
async function commandsOfTheContract(): Promise<readonly string[]> {
  const contract = await readFile(new URL('../../docs/contract.md', import.meta.url), 'utf8');
  const list = /^## 4\. Commands\n(.*?), each with/ms.exec(contract)?.[1] ?? '';
  return [...list.matchAll(/`(?:chancery )?([^`]+)`/g)].flatMap(([, text = '']) => {
    const parts = text.split(' | ').map((part) => part.split(' ').filter((word) => /^[a-z]/.test(word)));
    const [noun = '', ...verbs] = parts[0] ?? [];
    if (verbs.length === 0) return parts.flat();
    return [...verbs, ...parts.slice(1).flat()].map((verb) => `${noun} ${verb}`);
  });
}

describe('help', () => {
  test('the commands are those that the contract names, and no others', async () => {
    const names = leaves(createProgram()).map((path) => path.join(' '));
    expect(names.toSorted()).toEqual((await commandsOfTheContract()).toSorted());
  });

  test('every command explains itself', () => {
    for (const path of leaves(createProgram())) {
      const command = path.reduce<Command | undefined>(
        (parent, name) => parent?.commands.find((child) => child.name() === name),
        createProgram(),
      );
      expect(command?.description(), path.join(' ')).not.toBe('');
      expect(command?.helpInformation(), path.join(' ')).toContain('Usage:');
    }
  });

  test('asking for help is fine and needs no configuration', async () => {
    const { code, stdout } = await place.run(['feed', 'import', '--help'], { DATABASE_URL: 'nonsense' });
    expect(code).toBe(0);
    expect(stdout).toContain('Examples:\n  chancery feed import examples/orders.csv --reseller northwind');
  });

  test.each([
    { args: [], what: 'no command' },
    { args: ['reseller'], what: 'a family without its command' },
    { args: ['bogus'], what: 'an unknown command' },
    { args: ['feed', 'import', 'orders.csv'], what: 'a missing option' },
    { args: ['order', 'show'], what: 'a missing argument' },
    { args: ['doctor', '--bogus'], what: 'an unknown option' },
    {
      args: ['reseller', 'add', 'northwind', '--license-type', 'bogus'],
      what: 'an option that is none of the choices',
    },
  ])('$what is wrong usage: exit code 2, said on stderr', async ({ args }) => {
    const { code, stdout, stderr } = await place.run(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
    expect(stderr).not.toContain('    at ');
  });
});
