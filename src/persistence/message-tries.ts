import { statement, type Transaction } from '#src/persistence/database.ts';
import type { MessageEvent } from '#src/persistence/messages.ts';
import { rowSource } from '#src/persistence/row-source.ts';

/**
 * Says of rejected messages by which further try they were replaced. `by` is who brought that one.
 * @returns how many were rejected, and not replaced yet
 */
export async function replaceMessages(
  tx: Transaction,
  replaced: readonly { readonly replaces: string; readonly id: string; readonly by: string }[],
): Promise<number> {
  if (replaced.length === 0) return 0;
  const rows = await statement(
    tx,
    `update message set replaced_by = further.id, events = message.events || jsonb_build_array(jsonb_build_object(
       'at', to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'event', 'replaced', 'by', further.by,
       'details', jsonb_build_object('by', further.id)))
     from ${furtherTries.sql} as further
     where message.id = further.replaces and message.status = 'rejected' and message.replaced_by is null returning message.id`,
    furtherTries.parameters(replaced),
  );
  return rows.length;
}

const furtherTries = rowSource({ replaces: 'uuid', id: 'uuid', by: 'text' });

/** Opens a rejected message again, which was not replaced. @returns whether it was one until now */
export async function reopenMessage(tx: Transaction, id: string, event: MessageEvent): Promise<boolean> {
  const rows = await statement(
    tx,
    `update message set status = 'accepted', decided_number = null, decided_at = null, reason = null, notes = '[]',
       events = events || $2::jsonb
     where id = $1::uuid and status = 'rejected' and replaced_by is null returning id`,
    [id, JSON.stringify([event])],
  );
  return rows.length === 1;
}
