import type { MessageKind } from '#jobs/kinds.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';
import type { MessageStatus } from '#src/persistence/messages.ts';

/** What waits for a person, and what the last day brought. Counts stop at `mostCounted`. */
export interface DeskCounts {
  readonly holds: number;
  readonly rejected: number;
  readonly open: number;
  readonly failedMails: number;
  /** Of webhook endpoints: given up, and neither told nor waiting again since. */
  readonly untold: number;
  /** Enabled webhook endpoints that answer no attempt: what they miss is given up after three days alone. */
  readonly failingEndpoints: number;
  readonly oldestOpen: { readonly id: string; readonly acceptedAt: string } | undefined;
  readonly lastDay: readonly {
    readonly kind: MessageKind;
    readonly status: MessageStatus;
    readonly count: number;
  }[];
}

/** A person does not need to know how many more there are. */
export const mostCounted = 10_000;

/** @param since the least id of the last day's messages */
export async function deskCounts(tx: Transaction, since: string): Promise<DeskCounts> {
  const [waiting] = await statement<Omit<DeskCounts, 'oldestOpen' | 'lastDay'>>(
    tx,
    `select (select count(*)::integer from (select from hold where decision is null limit $1) as counted) as holds,
       (select count(*)::integer from (select from rejected_message where replayed_at is null and set_aside_at is null limit $1) as counted) as rejected,
       (select count(*)::integer from (select from message where status = 'accepted' limit $1) as counted) as open,
       (select count(*)::integer from (select from mail where status = 'failed' limit $1) as counted) as "failedMails",
       (select count(*)::integer from (
         select from delivery where state = 'failed' and type <> 'webhook.test' and not exists (
           select from delivery as other where other.event = delivery.event and other.endpoint = delivery.endpoint
             and other.state in ('pending', 'delivered'))
         limit $1) as counted) as untold,
       (select count(*)::integer from webhook_endpoint where removed_at is null and enabled and failing_since is not null) as "failingEndpoints"`,
    [mostCounted],
  );
  const [oldestOpen] = await statement<NonNullable<DeskCounts['oldestOpen']>>(
    tx,
    `select id, accepted_at as "acceptedAt" from message where status = 'accepted' order by accepted_number limit 1`,
  );
  const lastDay = await statement<DeskCounts['lastDay'][number]>(
    tx,
    `select kind, status, count(*)::integer as count
     from (select kind, status from message where id >= $1::uuid order by id desc limit $2) as latest group by kind, status`,
    [since, mostCounted],
  );
  return {
    ...(waiting ?? { holds: 0, rejected: 0, open: 0, failedMails: 0, untold: 0, failingEndpoints: 0 }),
    oldestOpen,
    lastDay,
  };
}
