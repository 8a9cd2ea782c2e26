import { statement, type Transaction } from '#src/persistence/database.ts';

/** Where to send to, and the sealed secrets that sign, the newest first. */
export interface EndpointTarget {
  readonly id: string;
  readonly reseller: string | null;
  readonly url: string;
  readonly secrets: readonly Buffer[];
  /** Whether the last attempts failed. */
  readonly isFailing: boolean;
}

/** The sealed secrets of enabled endpoints. */
export async function findSealed(
  tx: Transaction,
): Promise<readonly { readonly id: string; readonly secret: Buffer }[]> {
  const rows = await statement<{ readonly id: string; readonly secret: string }>(
    tx,
    `select id, encode(secret, 'hex') as secret from webhook_endpoint where enabled and removed_at is null`,
  );
  return rows.map(({ id, secret }) => ({ id, secret: Buffer.from(secret, 'hex') }));
}

/** @returns undefined when it is disabled or removed */
export async function findTarget(tx: Transaction, id: string): Promise<EndpointTarget | undefined> {
  const [row] = await statement<
    Omit<EndpointTarget, 'secrets'> & { readonly secret: string; readonly previous: string | null }
  >(
    tx,
    `select id, reseller, url, failing_since is not null as "isFailing", encode(secret, 'hex') as secret,
       case when previous_until > now() then encode(previous_secret, 'hex') end as previous
     from webhook_endpoint where id = $1 and enabled and removed_at is null`,
    [id],
  );
  if (!row) return undefined;
  const { secret, previous, ...target } = row;
  const secrets = [secret, ...(previous === null ? [] : [previous])];
  return { ...target, secrets: secrets.map((text) => Buffer.from(text, 'hex')) };
}

/**
 * Says how attempts at an endpoint ended: one that succeeded ends its failing.
 * @returns whether it has done nothing but fail for so many days
 */
export async function noteAttempts(
  tx: Transaction,
  id: string,
  succeeded: boolean,
  failingDays: number,
): Promise<boolean> {
  if (succeeded) {
    await statement(
      tx,
      `update webhook_endpoint set failing_since = null where id = $1 and failing_since is not null`,
      [id],
    );
    return false;
  }
  await statement(
    tx,
    `update webhook_endpoint set failing_since = now() where id = $1 and failing_since is null`,
    [id],
  );
  const [row] = await statement(
    tx,
    `select id from webhook_endpoint where id = $1 and enabled and failing_since < now() - make_interval(days => $2)`,
    [id, failingDays],
  );
  return row !== undefined;
}
