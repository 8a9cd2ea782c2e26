import { validate, version } from 'uuid';
import { expect, test } from 'vitest';
import { newId } from '#src/mechanisms/new-id.ts';

test('ids are UUIDs of version 7, each another, and ascend', () => {
  const ids = Array.from({ length: 20_000 }, () => newId());
  expect(ids.every((id) => validate(id) && version(id) === 7)).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
  const at = Number.parseInt(ids[0]?.replace('-', '').slice(0, 12) ?? '', 16);
  expect(Math.abs(at - Date.now())).toBeLessThan(60_000);
});
