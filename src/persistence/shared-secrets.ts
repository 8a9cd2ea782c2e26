import { randomBytes } from 'node:crypto';
import { statement, type Transaction } from '#src/persistence/database.ts';

/** A secret of 32 random bytes that all processes on this database share; made by whoever asks first. Safe to repeat. */
export async function sharedSecret(tx: Transaction, name: string): Promise<Buffer> {
  const known = await findSecret(tx, name);
  if (known) return known;
  await statement(tx, 'insert into shared_secret (name, value) values ($1, $2) on conflict do nothing', [
    name,
    randomBytes(32),
  ]);
  const made = await findSecret(tx, name);
  if (!made) throw new Error(`The shared secret ${name} vanished while it was made.`);
  return made;
}

async function findSecret(tx: Transaction, name: string): Promise<Buffer | undefined> {
  const [row] = await statement<{ readonly value: Buffer }>(
    tx,
    'select value from shared_secret where name = $1',
    [name],
  );
  return row?.value;
}
