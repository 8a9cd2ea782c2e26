import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlace, type Place } from '#test/commands/run-chancery.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.remove());

const startedMs = 120_000;

describe('start on nothing but a folder', () => {
  test(
    'makes a server and an operator, serves commands beside it, stops on Ctrl-C, and finds its data again',
    async () => {
      const first = place.start(['start']);
      const said = await first.said('Ctrl-C stops');
      const key = /chk_[\w-]{43}/.exec(said)?.[0] ?? '';
      const url = /API\s+(http:\S+)\/v1/.exec(said)?.[1] ?? '';
      const holds = await fetch(`${url}/v1/holds`, { headers: { authorization: `Bearer ${key}` } });
      expect({ status: holds.status, body: await holds.json() }).toEqual({
        status: 200,
        body: { items: [], next: null },
      });

      // While it runs, commands work on its server.
      expect((await place.run(['reseller', 'add', 'northwind'])).code).toBe(0);
      await access(join(place.folder, 'data', 'certificate-keys.json'));
      const second = await place.run(['reseller', 'list']);
      expect(second.stdout).toContain('northwind');

      first.signal('SIGINT');
      expect((await first.ended).code).toBe(0);

      // Afterwards, on the data it left, with a server for as long as the command takes.
      expect(await place.json(['operator', 'list', '--json'])).toEqual([
        expect.objectContaining({ name: 'admin' }),
      ]);
      const again = place.start(['start']);
      expect(await again.said('Ctrl-C stops')).not.toContain('chk_');
      again.signal('SIGTERM');
      expect((await again.ended).code).toBe(0);
    },
    startedMs,
  );

  test(
    'two commands at once on a folder without a server both do their work',
    async () => {
      const both = await openPlace();
      try {
        const ended = await Promise.all([
          both.run(['reseller', 'add', 'a']),
          both.run(['reseller', 'add', 'b']),
        ]);
        expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
          { code: 0, stderr: '' },
          { code: 0, stderr: '' },
        ]);
        const { stdout } = await both.run(['reseller', 'list']);
        expect(stdout).toMatch(/^a .*\nb /m);
      } finally {
        await both.remove();
      }
    },
    startedMs,
  );
});
