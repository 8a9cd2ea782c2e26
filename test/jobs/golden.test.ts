import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { kinds } from '#jobs/kinds.ts';
import { fingerprint, parseMessage } from '#jobs/message.ts';
import { accepted } from '#test/jobs/messages.ts';

/**
 * Messages as they were sent when version 1 was made, with the identity that they had then. It is stored with every accepted message
 * and decides what is a repeat: where a change makes one of these fail, old orders would be done again.
 */
const goldenFile = z.strictObject({
  kind: z.enum(['upgrade-order', 'registration', 'merge-request', 'change-request']),
  message: z.record(z.string(), z.unknown()),
  number: z.string(),
  fingerprint: z.string(),
});

const folder = new URL('golden/', import.meta.url);
const golden = readdirSync(folder).map((file) => ({
  file,
  ...goldenFile.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8'))),
}));

describe('version 1 of a message', () => {
  test.each(golden)('$file is accepted and keeps its identity', ({ kind, message, ...identity }) => {
    const parsed = parseMessage(kind, message);
    expect(parsed).toMatchObject({
      ok: true,
      message: { kind, number: identity.number, fingerprint: identity.fingerprint },
    });
  });

  const numbered = golden.filter(({ kind }) => kind !== 'registration');
  test.each(numbered)('$file is the same content after it was stored', ({ kind, message, ...identity }) => {
    const { content } = accepted(kind, message);
    expect(fingerprint(JSON.parse(JSON.stringify(content)))).toBe(identity.fingerprint);
  });

  test('has a golden example of each kind', () => {
    expect(new Set(golden.map(({ kind }) => kind))).toEqual(new Set(Object.keys(kinds)));
  });
});
