import type { Configuration } from '#src/configuration.ts';
import { ok, warning, type DoctorFinding } from '#src/doctor/finding.ts';
import { openSealing } from '#src/fulfillment/webhook-sealing.ts';
import { reading, type Database } from '#src/persistence/database.ts';
import { countDeliveries } from '#src/persistence/delivery-counts.ts';
import { findSealed } from '#src/persistence/webhook-targets.ts';

/** A delivery that is due for longer is not merely on its way. */
const longSeconds = 300;

/** Looks how telling webhook endpoints goes, and whether what is told leads here. Sends nothing. */
export async function examineWebhooks(
  database: Database,
  configuration: Configuration,
): Promise<readonly DoctorFinding[]> {
  const { enabled, failing, disabled, overdueSeconds } = await countDeliveries(reading(database));
  if (enabled + disabled === 0) return [ok('Webhooks', 'there are no endpoints')];
  const findings: DoctorFinding[] = [];
  if (configuration.publicUrl === undefined)
    findings.push(
      warning(
        'public-url-unset',
        'Webhooks',
        'events tell addresses of this machine, since PUBLIC_URL is not set',
        'Set PUBLIC_URL to the address by which others reach this server.',
      ),
    );
  if (configuration.events === 'off')
    findings.push(
      warning(
        'events-off',
        'Webhooks',
        'nothing is told, since EVENTS is off',
        'Set EVENTS to on, or remove the endpoints.',
      ),
    );
  if (disabled > 0)
    findings.push(
      warning(
        'webhooks-disabled',
        'Webhooks',
        `${disabled} endpoints were disabled: their receivers are gone, or failed for five days`,
        '"chancery webhook list" shows them, "chancery webhook enable ID" enables one that works again; recover tells it what it missed.',
      ),
    );
  if (failing > 0)
    findings.push(
      warning(
        'webhooks-failing',
        'Webhooks',
        `${failing} endpoints do nothing but fail at the moment`,
        '"chancery webhook list" shows them, "chancery webhook test ID" what they meet.',
      ),
    );
  if (overdueSeconds > longSeconds)
    findings.push(
      warning(
        'webhooks-wait',
        'Webhooks',
        `a delivery has been due for ${Math.round(overdueSeconds / 60)} minutes`,
        'Start a worker; if one runs, see "Webhooks are not delivered" in docs/runbook.md.',
      ),
    );
  const sealing = await openSealing(database, configuration.webhookSealingKey);
  const sealed = await findSealed(reading(database));
  const shut = sealed.filter(({ id, secret }) => sealing.open(secret, id) === undefined).length;
  if (shut > 0)
    findings.push(
      warning(
        'webhook-secrets-shut',
        'Webhooks',
        `the secrets of ${shut} endpoints cannot be opened: nothing can be signed for them`,
        'Add the key that sealed them to WEBHOOK_SEALING_KEY after a comma, or "chancery webhook rotate ID".',
      ),
    );
  return findings.length > 0 ? findings : [ok('Webhooks', `${enabled} endpoints, and telling them works`)];
}
