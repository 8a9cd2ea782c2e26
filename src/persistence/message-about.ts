import { statement, type Transaction } from '#src/persistence/database.ts';
import type { NewReversal } from '#src/persistence/ledger-changes.ts';
import type { MessageEvent } from '#src/persistence/messages.ts';
import { rowSource } from '#src/persistence/row-source.ts';
import type { TransactionTime } from '#src/persistence/transaction-time.ts';

/** What a message that names no account turned out to be about, and what it says without a certificate. */
export interface MessageAbout {
  readonly id: string;
  readonly account: string | null;
  /** Id of the key, license or message that it changes. */
  readonly target: string | null;
  readonly facts: object | null;
}

export async function recordAbout(tx: Transaction, rows: readonly MessageAbout[]): Promise<void> {
  if (rows.length === 0) return;
  await statement(
    tx,
    `update message set account = coalesce(message.account, known.account), target = known.target, stated = known.facts
     from ${known.sql} as known where message.id = known.id`,
    known.parameters(rows),
  );
}

/** A held message that its sender took back: it is rejected, and its hold is decided. */
export async function withdraw(
  tx: Transaction,
  message: string,
  requestNumber: string,
  { now }: TransactionTime,
): Promise<void> {
  const reason = {
    code: 'WITHDRAWN',
    message: `It was withdrawn by ${requestNumber} before it was decided.`,
    details: { requestNumber },
  };
  const event: MessageEvent = {
    at: now,
    event: 'rejected',
    by: 'worker',
    details: { code: 'WITHDRAWN', requestNumber },
  };
  await Promise.all([
    statement(
      tx,
      `update hold set decision = 'rejected', decided_at = now(), decided_by = 'worker', reason = $2
       where message = $1::uuid and decision is null`,
      [message, reason.message],
    ),
    statement(
      tx,
      `update message set status = 'rejected', reason = $2::jsonb, decided_at = now(),
         decided_number = nextval('decision_number'), events = events || $3::jsonb
       where id = $1::uuid and status = 'held'`,
      [message, JSON.stringify(reason), JSON.stringify([event])],
    ),
  ]);
}

const known = rowSource({ id: 'uuid', account: 'text', target: 'uuid', facts: 'jsonb' });

/** Says in the history of what was taken back by what, and whether it only went along. */
export async function noteReversals(tx: Transaction, reversals: readonly NewReversal[]): Promise<void> {
  if (reversals.length === 0) return;
  await statement(
    tx,
    `update message set events = message.events || jsonb_build_array(jsonb_build_object(
        'at', to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'event', case when "takenAlong" then 'taken-along' when message.kind = 'merge-request' then 'undone' else 'returned' end,
        'by', 'worker', 'details', jsonb_build_object('requestNumber', reverser.number, 'id', reverser.id)))
     from ${gone.sql} as gone join message as reverser on reverser.id = gone."reversedBy"
     where message.id = gone.message`,
    gone.parameters(reversals),
  );
}

const gone = rowSource({ message: 'uuid', reversedBy: 'uuid', takenAlong: 'boolean' });
