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

describe('help', () => {
  test('there is a command for everything that the contract names', () => {
    const names = leaves(createProgram()).map((path) => path.join(' '));
    expect(names).toEqual(
      expect.arrayContaining([
        'demo',
        'start',
        'api',
        'worker',
        'migrate',
        'doctor',
        'reconcile',
        'find',
        'catalog check',
        'holdings import',
        'feed import',
        'account show',
        'order show',
        'reseller add',
        'reseller list',
        'reseller rotate',
        'reseller revoke',
        'operator add',
        'operator list',
        'operator revoke',
        'holds list',
        'holds approve',
        'holds reject',
        'rejected list',
        'certificate verify',
        'certificate keys',
        'events list',
        'events requeue',
        'webhook add',
        'webhook list',
        'webhook test',
        'webhook rotate',
        'webhook disable',
      ]),
    );
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
