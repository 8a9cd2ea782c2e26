import { expect, test } from 'vitest';
import { createLog } from '#src/watch/log.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';
import { jobFailure, nameOf } from '#workers/job-failure.ts';

async function refusedRow(): Promise<unknown> {
  const { query } = await openLedger();
  const twice =
    "insert into account (id, company, email, country, region) select 'acme', '', '', '', '' from generate_series(1, 2)";
  return query(twice).then(
    () => undefined,
    (error: unknown) => error,
  );
}

test('what PostgreSQL refuses is told with its SQLSTATE and constraint, never with its content', async () => {
  const refused = await refusedRow();
  expect(nameOf(refused)).toBe('error (23505 account_pkey)');
  expect(jobFailure(refused).message).toBe('TRANSIENT: error (23505 account_pkey)');
  const lines: string[] = [];
  createLog({ level: 'info', name: 'test', destination: { write: (line) => void lines.push(line) } }).warn(
    { err: refused },
    'refused',
  );
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { err: { code: '23505', constraint: 'account_pkey' } },
  ]);
  expect(lines.join()).not.toContain('acme');
});

test('what has neither is told by its name', () => {
  expect(nameOf(new RangeError('secret'))).toBe('RangeError');
  expect(nameOf('secret')).toBe('unknown error');
});
