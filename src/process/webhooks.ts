import { publicUrlOf, type Configuration } from '#src/configuration.ts';
import { networks } from '#src/mechanisms/networks.ts';
import { reading, type Database } from '#src/persistence/database.ts';
import { sharedSecret } from '#src/persistence/shared-secrets.ts';
import { addressRule } from '#src/webhooks/addresses.ts';
import { createSealing } from '#src/webhooks/sealing.ts';
import type { WebhookSettings } from '#workers/owed.ts';

/** How this installation tells webhook endpoints. What was sealed before WEBHOOK_SEALING_KEY was set still opens. */
export async function openWebhooks(
  database: Database,
  configuration: Configuration,
): Promise<WebhookSettings> {
  const { webhookSealingKey = [], webhookAllowedNetworks = [] } = configuration;
  const kept = await sharedSecret(reading(database), 'webhook secrets');
  return {
    sealing: createSealing([...webhookSealingKey, kept]),
    rule: addressRule(networks(webhookAllowedNetworks), webhookAllowedNetworks.length > 0),
    publicUrl: publicUrlOf(configuration),
  };
}
