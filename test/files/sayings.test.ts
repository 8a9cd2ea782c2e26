import { pino } from 'pino';
import { expect, test } from 'vitest';
import { Sayings } from '#src/files/drop-folder/sayings.ts';

test('what is wrong is said once, and again when it is something else, or was well in between', () => {
  const lines: string[] = [];
  const sayings = new Sayings(pino({}, { write: (line) => void lines.push(line) }));
  const warn = (why: string) => {
    sayings.warn('southwind', 'the folder cannot be used', { why });
    return lines.length;
  };
  expect(warn('it is not there')).toBe(1);
  expect(warn('it is not there')).toBe(1);
  expect(warn('it is a link')).toBe(2);
  sayings.isWell('southwind');
  expect(warn('it is a link')).toBe(3);
});
