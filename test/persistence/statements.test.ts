import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { migrateAll } from '#src/process/migrate-all.ts';
import { onDatabase, urlOfDatabase } from '#test/environment/admin.ts';
import { freshDatabase } from '#test/environment/database.ts';
import { oldestPostgres, startPostgres } from '#test/environment/installed-postgres.ts';

const statements = z.array(z.object({ place: z.string(), sql: z.string() }));

/** Every statement in the product's source that the server at `url` refuses to prepare, with what it says. */
async function refusedBy(url: string): Promise<readonly string[]> {
  const script = fileURLToPath(new URL('every-statement.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', script], {
    maxBuffer: 2 ** 24,
  });
  const all = statements.parse(JSON.parse(stdout));
  expect(all.length).toBeGreaterThan(80);
  const client = new Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  const refused: string[] = [];
  for (const [i, { place, sql }] of all.entries()) {
    await client
      .query(`prepare statement_${i} as ${sql}`)
      .catch((error: unknown) => refused.push(`${place}: ${String(error)}`));
  }
  return refused;
}

describe('every statement of the product can be prepared', () => {
  test('by the PostgreSQL of this test run', async () => {
    const { url, drop } = await freshDatabase();
    onTestFinished(drop);
    expect(await refusedBy(url)).toEqual([]);
  });

  const { programs, absence } = oldestPostgres;
  test.skipIf(absence !== null)(
    `by PostgreSQL 15, the oldest promised${absence === null ? '' : ` (${absence})`}`,
    { timeout: 600_000 },
    async () => {
      const server = await startPostgres(programs);
      onTestFinished(() => server.stop());
      await onDatabase(server.url, 'create database chancery');
      const url = urlOfDatabase(server.url, 'chancery');
      await migrateAll(url, { redisUrl: undefined });
      expect(await refusedBy(url)).toEqual([]);
    },
  );
});
