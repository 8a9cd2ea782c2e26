import { expect, test } from 'vitest';
import { parseMessage } from '#jobs/message.ts';

test('names of fields that are not ours are told masked and in one line', () => {
  const parsed = parseMessage('upgrade-order', {
    'a\u001b[31mb\n10:00:00 forged': 1,
    'SP-7K2M-9XQ4-TWHC-3MZC': 1,
    'sp 7k2m 9xq4 twhc 3mzc': 1,
  });
  const told = JSON.stringify(parsed.ok ? [] : parsed.errors);
  expect(told).toContain(String.raw`a\\u001b[31mb\\u000a10:00:00 forged`);
  expect(told.toUpperCase()).not.toMatch(/7K2M.9XQ4/);
});
