import { statement, type Transaction } from '#src/persistence/database.ts';
import type { MessageRow, MessageStatus } from '#src/persistence/messages.ts';

/** How many messages stand where, and what waits. */
export interface MessageCounts {
  readonly messages: readonly {
    readonly kind: MessageRow['kind'];
    readonly status: MessageStatus;
    readonly count: number;
  }[];
  /** Age of the oldest message that is accepted and not ended; 0 when there is none. */
  readonly oldestOpenSeconds: number;
  readonly certificatesPending: number;
}

/** Counts the whole message table: not for every scrape of a large one. */
export async function countMessages(tx: Transaction): Promise<MessageCounts> {
  const messages = await statement<MessageCounts['messages'][number]>(
    tx,
    'select kind, status, count(*)::integer as count from message group by kind, status',
  );
  const [waiting] = await statement<Omit<MessageCounts, 'messages'>>(
    tx,
    `select coalesce((select extract(epoch from now() - min(accepted_at))::float8 from message where status = 'accepted'), 0)
       as "oldestOpenSeconds",
       (select count(*)::integer from certificate where rendered_at is null) as "certificatesPending"`,
  );
  return {
    messages,
    oldestOpenSeconds: waiting?.oldestOpenSeconds ?? 0,
    certificatesPending: waiting?.certificatesPending ?? 0,
  };
}
