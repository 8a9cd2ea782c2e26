import { statement, type Transaction } from '#src/persistence/database.ts';
import type { StoredSigningKey } from '#src/persistence/signing-keys.ts';

/** Keys that were made because none was configured. */
export async function findSigningKeys(tx: Transaction): Promise<readonly StoredSigningKey[]> {
  return statement(tx, 'select kid, private_key as "privateKey" from signing_key order by created_at');
}
