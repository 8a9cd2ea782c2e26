import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlace, type Place } from '#test/commands/run-chancery.ts';
import { freshDatabase, type FreshDatabase } from '#test/environment/database.ts';

/** A command takes a second or two; on a busy machine, several. */
const commandsMs = 600_000;

let database: FreshDatabase;
let place: Place;
beforeAll(async () => {
  database = await freshDatabase();
  place = await openPlace({ DATABASE_URL: database.url });
});
afterAll(async () => {
  await place.remove();
  await database.drop();
});

const apiKey = expect.stringMatching(/^chk_[\w-]{43}$/);

describe('resellers and operators', { timeout: commandsMs }, () => {
  test('an added reseller gets its API key once, as one JSON value when asked for', async () => {
    expect(await place.json(['reseller', 'add', 'northwind', '--json'])).toEqual({
      name: 'northwind',
      licenseType: 'reseller',
      apiKey,
    });
    const { stdout } = await place.run(['reseller', 'list']);
    expect(stdout).toMatch(/northwind\s+reseller/);
    expect(stdout).not.toContain('chk_');
  });

  test('a name that is taken is refused with a sentence', async () => {
    await place.run(['reseller', 'add', 'taken', '--license-type', 'oem']);
    const { code, stdout, stderr } = await place.run(['reseller', 'add', 'taken']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trim()).toBe('There is a reseller "taken" already; "reseller rotate" gives it a new key.');
  });

  test('a name that cannot be one is wrong usage', async () => {
    const { code, stderr } = await place.run(['reseller', 'add', ' ']);
    expect(code).toBe(2);
    expect(stderr.trim()).toBe('The name must be 1 to 64 printable ASCII characters.');
  });

  test('a key is rotated, and revoked', async () => {
    const added = await place.json(['reseller', 'add', 'rotating', '--json']);
    const rotated = await place.json(['reseller', 'rotate', 'rotating', '--json']);
    expect(rotated).toEqual({ name: 'rotating', licenseType: 'reseller', apiKey });
    expect(rotated).not.toEqual(added);
    expect(await place.json(['reseller', 'revoke', 'rotating', '--json'])).toEqual({
      name: 'rotating',
      revoked: true,
    });
    expect((await place.run(['reseller', 'revoke', 'rotating'])).code).toBe(1);
    expect(await place.json(['reseller', 'list', '--json'])).toContainEqual(
      expect.objectContaining({ name: 'rotating', keySince: null }),
    );
  });

  test('operators are added, rotated, listed and revoked; the name of the configured one stays reserved', async () => {
    const added = await place.json(['operator', 'add', 'maria', '--role', 'viewer', '--json']);
    expect(added).toEqual({ name: 'maria', apiKey });
    expect((await place.run(['operator', 'add', 'operator'])).code).toBe(1);
    const rotated = await place.json(['operator', 'rotate', 'maria', '--json']);
    expect(rotated).toEqual({ name: 'maria', apiKey });
    expect(rotated).not.toEqual(added);
    expect(await place.json(['operator', 'list', '--json'])).toContainEqual(
      expect.objectContaining({ name: 'maria', role: 'viewer', revokedAt: null }),
    );
    expect((await place.run(['operator', 'revoke', 'maria'])).code).toBe(0);
    expect((await place.run(['operator', 'rotate', 'maria'])).code).toBe(1);
    const { stdout } = await place.run(['operator', 'list']);
    expect(stdout).toMatch(/maria\s+revoked/);
  });
});
