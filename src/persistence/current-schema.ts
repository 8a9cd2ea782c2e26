import type { Database } from '#src/persistence/database.ts';
import { pendingMigrations } from '#src/persistence/migrate.ts';

/** The schema is older than this program; the message says which command helps. */
class SchemaNotCurrentError extends Error {
  override readonly name = 'SchemaNotCurrentError';
}

/** @throws SchemaNotCurrentError */
export async function requireCurrentSchema(database: Database): Promise<void> {
  const pending = await pendingMigrations(database);
  if (pending.length === 0) return;
  throw new SchemaNotCurrentError(
    `The schema of the database is not current: it lacks ${pending.join(', ')}. Run "chancery migrate" first.`,
  );
}
