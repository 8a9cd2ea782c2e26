import { randomBytes } from 'node:crypto';
import { statement, type Transaction } from '#src/persistence/database.ts';

/** A secret of 32 random bytes that all processes on this database share; made by whoever asks first. Safe to repeat. */
export async function sharedSecret(tx: Transaction, name: string): Promise<Buffer> {
  await statement(tx, 'insert into shared_secret (name, value) values ($1, $2) on conflict do nothing', [
    name,
    randomBytes(32),
  ]);
  const [row] = await statement<{ readonly value: Buffer }>(
    tx,
    'select value from shared_secret where name = $1',
    [name],
  );
  if (!row) throw new Error(`The shared secret ${name} vanished while it was made.`);
  return row.value;
}
