import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { instant } from '#jobs/fields.ts';

const read = (text: string) => instant.safeParse(text).data;

test('an instant is kept in UTC as Temporal spells it, whichever way it was written', () => {
  const at = fc.date({ min: new Date('1970-01-01'), max: new Date('2199-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(at, fc.boolean(), (date, isWhole) => {
      const text = isWhole ? `${date.toISOString().slice(0, 19)}Z` : date.toISOString();
      expect(read(text)).toBe(Temporal.Instant.from(text).toString());
    }),
  );
});

test.each([
  ['2026-11-20T09:30:00Z', '2026-11-20T09:30:00Z'],
  ['2026-11-20T10:30:00.000+01:00', '2026-11-20T09:30:00Z'],
  ['2026-11-20t23:59:59z', '2026-11-20T23:59:59Z'],
  ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59Z'],
  ['2026-02-29T09:30:00Z', undefined],
  ['2026-11-20T24:00:00Z', undefined],
  ['2026-11-20T09:60:00Z', undefined],
  ['2026-11-20T09:30Z', undefined],
])('%s is read as %s', (text, utc) => expect(read(text)).toBe(utc));
