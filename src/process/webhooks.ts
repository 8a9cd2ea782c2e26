import { publicUrlOf, type Configuration } from '#src/configuration.ts';
import { openSealing } from '#src/fulfillment/webhook-sealing.ts';
import { networks } from '#src/mechanisms/networks.ts';
import type { Database } from '#src/persistence/database.ts';
import { addressRule } from '#src/webhooks/addresses.ts';
import type { WebhookSettings } from '#workers/owed.ts';

/** How this installation tells webhook endpoints. */
export async function openWebhooks(
  database: Database,
  configuration: Configuration,
): Promise<WebhookSettings> {
  const { webhookSealingKey, webhookAllowedNetworks = [] } = configuration;
  return {
    sealing: await openSealing(database, webhookSealingKey),
    rule: addressRule(networks(webhookAllowedNetworks), webhookAllowedNetworks.length > 0),
    publicUrl: publicUrlOf(configuration),
  };
}
