import type { MessageKind } from '#jobs/kinds.ts';
import { repeatingTransaction } from '#src/fulfillment/batch/repeating-transaction.ts';
import { identitiesToLock, namesOf } from '#src/fulfillment/deciding/message-names.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { lock } from '#src/persistence/locks.ts';
import { reopenMessage } from '#src/persistence/message-tries.ts';
import { findMessages, type MessageRow } from '#src/persistence/messages.ts';
import { transactionTime } from '#src/persistence/transaction-time.ts';

export type Retry =
  | { readonly outcome: 'opened'; readonly kind: MessageKind; readonly id: string }
  /** `replacedBy`: the new try under the same number that the message gave its place to. */
  | {
      readonly outcome: 'not-rejected';
      readonly status: MessageRow['status'];
      readonly replacedBy: string | null;
    }
  | { readonly outcome: 'unknown' };

/**
 * Opens a rejected message again, to be decided anew as it is: account or suite may be there now (rules §6). Of two calls at once
 * one opens it. It keeps its place among the accepted ones; whoever calls wakes a worker afterwards.
 * @param by who asks, for its history: `operator maria`
 */
export async function retryMessage(fulfillment: Fulfillment, id: string, by: string): Promise<Retry> {
  return repeatingTransaction(fulfillment.database, async (tx) => {
    const [message] = await findMessages(tx, [id]);
    if (!message) return { outcome: 'unknown' };
    const { accounts } = namesOf(message);
    await lock(tx, { accounts, identities: identitiesToLock(message) });
    const { now } = await transactionTime(tx);
    if (await reopenMessage(tx, id, { at: now, event: 'retried', by }))
      return { outcome: 'opened', kind: message.kind, id };
    const [at = message] = await findMessages(tx, [id]);
    return { outcome: 'not-rejected', status: at.status, replacedBy: at.replacedBy };
  });
}

/** Why a message cannot be retried, for a person. */
export function whyNotRetried({ status, replacedBy }: Extract<Retry, { outcome: 'not-rejected' }>): string {
  return replacedBy === null
    ? `It is ${status}, not rejected.`
    : `Another try took its place: ${replacedBy}. Retry that one, if it was rejected, or send the content under another number.`;
}
