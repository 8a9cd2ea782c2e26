import { kinds, messageKinds, type MessageKind } from '#jobs/kinds.ts';
import { parseMessage, type FieldError } from '#jobs/message.ts';
import { recordAndWake, type Wake } from '#src/fulfillment/batch/record-and-wake.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { writeAudit } from '#src/persistence/audit.ts';
import { inTransaction, reading } from '#src/persistence/database.ts';
import { findRejectedMessage, markReplayed } from '#src/persistence/rejected-messages.ts';

export type Replay =
  | { readonly outcome: 'accepted' | 'repeat'; readonly kind: MessageKind; readonly id: string }
  | {
      readonly outcome: 'refused';
      readonly code: string;
      readonly message: string;
      readonly errors: readonly FieldError[];
    }
  | { readonly outcome: 'unknown' };

/**
 * Tries a message again that came by a queue and could not be accepted: as it came, when what refused it was mended, or with corrected
 * content. Once accepted it is an ordinary message; replaying it twice is a repeat.
 * @param id of the rejected message
 * @param by the operator's name
 * @param corrected content to try instead of what came
 */
export async function replayRejected(
  fulfillment: Fulfillment,
  id: string,
  by: string,
  wake: Wake,
  corrected?: unknown,
): Promise<Replay> {
  const row = await findRejectedMessage(reading(fulfillment.database), id);
  const kind = messageKinds.find((candidate) => kinds[candidate].queue === row?.queue);
  if (!row || !kind) return { outcome: 'unknown' };
  if (row.setAsideBy !== null) {
    const message = `It was set aside by ${row.setAsideBy}: its sender sends it again, when it is wanted after all.`;
    return { outcome: 'refused', code: 'SET_ASIDE', message, errors: [] };
  }
  const parsed = parseMessage(kind, corrected ?? row.content);
  if (!parsed.ok)
    return {
      outcome: 'refused',
      code: parsed.code,
      message: 'It still cannot be accepted.',
      errors: parsed.errors,
    };
  const arrival = { message: parsed.message, by: `replayed by operator ${by}` };
  const [acceptance] = await recordAndWake(fulfillment, [arrival], wake);
  switch (acceptance?.outcome) {
    case 'accepted':
    case 'repeat':
      await inTransaction(fulfillment.database, async (tx) => {
        await markReplayed(tx, id);
        await writeAudit(tx, {
          by: `operator ${by}`,
          action: 'message-replayed',
          on: { kind: 'rejected-message', id },
          account: parsed.message.account,
          details: {
            message: acceptance.id,
            outcome: acceptance.outcome,
            corrected: corrected !== undefined,
          },
        });
      });
      return { outcome: acceptance.outcome, kind, id: acceptance.id };
    case 'invalid':
      return {
        outcome: 'refused',
        code: acceptance.code,
        message: 'It still cannot be accepted.',
        errors: acceptance.errors,
      };
    case 'conflict': {
      const message = 'Another message was accepted under the same number; correct the number, or leave it.';
      return { outcome: 'refused', code: acceptance.code, message, errors: [] };
    }
    case 'reused':
    case undefined:
      return { outcome: 'unknown' };
  }
}
