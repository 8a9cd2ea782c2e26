import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { reading, statement } from '#src/persistence/database.ts';
import { rowSource } from '#src/persistence/row-source.ts';
import { openFresh } from '#test/persistence/open-fresh.ts';

const source = rowSource({
  id: 'uuid',
  text: 'text',
  seats: 'integer',
  number: 'bigint',
  on: 'date',
  list: 'uuid[]',
  json: 'jsonb',
});

const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });

/** PostgreSQL keeps neither U+0000 nor halves of surrogate pairs; they are refused where they arrive. */
const storable = (unit: 'grapheme' | 'binary') =>
  fc.string({ unit }).filter((text) => !text.includes('\0') && text.isWellFormed());
const text = fc.oneof(
  storable('grapheme'),
  storable('binary'),
  fc.constantFrom('', 'NULL', 'null', '{}', '{a,b}', '"', '\\', '\\"', ' a ', 'a\nb', "it's", '$1'),
);

const row = fc.record({
  id: nullable(fc.uuid()),
  text: nullable(text),
  seats: nullable(fc.integer({ min: -2_147_483_648, max: 2_147_483_647 })),
  number: nullable(fc.integer().map(String)),
  on: nullable(
    fc.integer({ min: 0, max: 20_000 }).map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10)),
  ),
  list: nullable(fc.array(fc.uuid(), { maxLength: 3 })),
  json: nullable(
    fc.oneof(
      text,
      fc.boolean(),
      fc.dictionary(fc.constantFrom('a', 'b', 'ä'), fc.array(text, { maxLength: 2 })),
    ),
  ),
});

test('what goes in as columns comes out as the same rows, in their order', async () => {
  const { database } = await openFresh();
  const sql = `select id, text, seats, number, "on", to_jsonb(list) as list, json from ${source.sql} as given order by ordinality`;
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (rows) => {
      expect(await statement(reading(database), sql, source.parameters(rows))).toEqual(rows);
    }),
    { numRuns: 200 },
  );
});
