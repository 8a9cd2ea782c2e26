import { newId } from '#src/mechanisms/new-id.ts';
import { writeAudit, type AuditAction } from '#src/persistence/audit.ts';
import { inTransaction, type Database, type Transaction } from '#src/persistence/database.ts';
import {
  countEndpoints,
  disableEndpoint,
  enableEndpoint,
  insertEndpoint,
  lockEndpoint,
  removeEndpoint,
  replaceSecret,
  updateEndpoint,
  type EndpointRow,
  type EndpointScope,
} from '#src/persistence/webhook-endpoints.ts';
import { skipUnheard } from '#src/persistence/webhook-relay.ts';
import type { Sealing } from '#src/webhooks/sealing.ts';
import { makeSecret } from '#src/webhooks/secret.ts';

/** Live endpoints of one owner, at most. */
export const mostEndpoints = 100;

/** How long a secret that was replaced signs, too (contract §10). */
const previousSecretHours = 24;

/** With the secret, which is shown this once. */
export interface EndpointWithSecret {
  readonly endpoint: EndpointRow;
  readonly secret: string;
}

/** Who changes an endpoint, and why; it stands in the audit. */
export interface EndpointChange {
  /** `reseller northwind`, `operator maria` */
  readonly by: string;
  readonly reason?: string | undefined;
}

/**
 * Makes an endpoint, which hears what happens from now on. The URL was judged by `faultOfTarget`.
 * @param reseller null: the operators'
 * @returns undefined when the owner has as many as may be
 */
export function makeEndpoint(
  database: Database,
  sealing: Sealing,
  wanted: { readonly reseller: string | null; readonly url: string; readonly types: readonly string[] },
  change: EndpointChange,
): Promise<EndpointWithSecret | undefined> {
  return inTransaction(database, async (tx) => {
    if ((await countEndpoints(tx, wanted.reseller)) >= mostEndpoints) return undefined;
    await skipUnheard(tx);
    const [id, secret] = [newId(), makeSecret()];
    const endpoint = await insertEndpoint(
      tx,
      { ...wanted, id, createdBy: change.by },
      sealing.seal(secret, id),
    );
    await audited(tx, 'endpoint-added', id, change, told(wanted));
    return { endpoint, secret };
  });
}

export interface EndpointPatch {
  readonly url?: string | undefined;
  readonly types?: readonly string[] | undefined;
  readonly enabled?: boolean | undefined;
}

/** Changes an endpoint; what is the same already is not written. @returns undefined when there is none in reach */
export function changeEndpoint(
  database: Database,
  scope: EndpointScope,
  id: string,
  patch: EndpointPatch,
  change: EndpointChange,
): Promise<EndpointRow | undefined> {
  return inTransaction(database, async (tx) => {
    let endpoint = await lockEndpoint(tx, id, scope);
    if (!endpoint) return undefined;
    const { url = endpoint.url, types = endpoint.types, enabled = endpoint.enabled } = patch;
    if (url !== endpoint.url || types.join() !== endpoint.types.join()) {
      endpoint = await updateEndpoint(tx, id, { url, types });
      await audited(tx, 'endpoint-changed', id, change, told({ url, types }));
    }
    if (enabled === endpoint.enabled) return endpoint;
    if (enabled) {
      await skipUnheard(tx);
      endpoint = await enableEndpoint(tx, id);
      await audited(tx, 'endpoint-changed', id, change, { enabled: true });
      return endpoint;
    }
    await audited(tx, 'endpoint-disabled', id, change, { because: 'BY_OWNER' });
    return (await disableEndpoint(tx, id, 'BY_OWNER')) ?? endpoint;
  });
}

/** Removes an endpoint; what waits for it is cancelled. @returns whether there was one in reach */
export function endEndpoint(
  database: Database,
  scope: EndpointScope,
  id: string,
  change: EndpointChange,
): Promise<boolean> {
  return inTransaction(database, async (tx) => {
    const endpoint = await lockEndpoint(tx, id, scope);
    if (!endpoint) return false;
    await removeEndpoint(tx, id);
    await audited(tx, 'endpoint-removed', id, change, told(endpoint));
    return true;
  });
}

/** Gives an endpoint a new secret; the one that it had signs for a day more. @returns undefined when there is none in reach */
export function rotateSecret(
  database: Database,
  sealing: Sealing,
  scope: EndpointScope,
  id: string,
  change: EndpointChange,
): Promise<EndpointWithSecret | undefined> {
  return inTransaction(database, async (tx) => {
    if (!(await lockEndpoint(tx, id, scope))) return undefined;
    const secret = makeSecret();
    const endpoint = await replaceSecret(tx, id, sealing.seal(secret, id), previousSecretHours);
    await audited(tx, 'endpoint-secret-rotated', id, change, {});
    return { endpoint, secret };
  });
}

/** The address without its query, where receivers may keep a token. */
function told({ url, types }: { readonly url: string; readonly types: readonly string[] }) {
  const { origin, pathname } = new URL(url);
  return { url: `${origin}${pathname}`, types };
}

async function audited(
  tx: Transaction,
  action: AuditAction,
  id: string,
  { by, reason }: EndpointChange,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  await writeAudit(tx, { by, action, on: { kind: 'webhook-endpoint', id }, reason, details });
}
