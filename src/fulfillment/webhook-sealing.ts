import { reading, type Database } from '#src/persistence/database.ts';
import { sharedSecret } from '#src/persistence/shared-secrets.ts';
import { createSealing, type Sealing } from '#src/webhooks/sealing.ts';

/**
 * What seals the secrets of webhook endpoints: the first key that is configured, otherwise one that PostgreSQL keeps. What was sealed
 * before a key was configured still opens.
 * @param configured WEBHOOK_SEALING_KEY
 */
export async function openSealing(
  database: Database,
  configured: readonly Uint8Array[] = [],
): Promise<Sealing> {
  return createSealing([...configured, await sharedSecret(reading(database), 'webhook secrets')]);
}
