import type { Approval } from '#src/domain/approval.ts';
import { maskCode } from '#src/domain/code.ts';
import { maskCodesIn } from '#src/domain/masked-codes.ts';
import { refuseUnlocked } from '#src/fulfillment/batch/refuse-unlocked.ts';
import {
  RefusedApproval,
  refuseEarly,
  refuseOutdated,
  refuseUnfit,
  type Refusal,
} from '#src/fulfillment/batch/refused-approvals.ts';
import { repeatingTransaction } from '#src/fulfillment/batch/repeating-transaction.ts';
import { changesIn } from '#src/fulfillment/batch/turns.ts';
import { IdentityTakenError, writeDecisions } from '#src/fulfillment/batch/write-decisions.ts';
import { prepareChanges } from '#src/fulfillment/deciding/changing/prepare.ts';
import {
  changesAmong,
  findReach,
  refuseFarther,
  withReach,
} from '#src/fulfillment/deciding/changing/reach.ts';
import { decide } from '#src/fulfillment/deciding/decide.ts';
import type { Decided } from '#src/fulfillment/deciding/decided.ts';
import { ledgerNames, loadLedger, workingSet } from '#src/fulfillment/deciding/load-working-set.ts';
import { identitiesToLock } from '#src/fulfillment/deciding/message-names.ts';
import { nothingOwed, type Fulfillment, type Owed } from '#src/fulfillment/fulfillment.ts';
import type { MeasuredDecision } from '#src/fulfillment/meters.ts';
import { writeAudit } from '#src/persistence/audit.ts';
import type { Transaction } from '#src/persistence/database.ts';
import { findHold, findHoldsOfMessage, recordHoldDecision, type HoldRow } from '#src/persistence/holds.ts';
import { lock } from '#src/persistence/locks.ts';
import { findMessages, type MessageEvent } from '#src/persistence/messages.ts';
import { transactionTime, type TransactionTime } from '#src/persistence/transaction-time.ts';

export interface HoldDecision {
  readonly decision: 'approved' | 'rejected';
  /** The operator's name. */
  readonly by: string;
  /** Told to the reseller, with the decision. */
  readonly reason: string;
  /** For the inside. */
  readonly note?: string | undefined;
  /** For `AMBIGUOUS_PRODUCT_FAMILY`: canonical Activation Codes to keep. */
  readonly keep: readonly string[];
  /** Approve although it changes what a newer order has set since. */
  readonly despiteNewer?: boolean;
}

export type HoldEnding =
  | { readonly outcome: 'decided'; readonly hold: HoldRow }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'already-decided'; readonly hold: HoldRow }
  | Refusal;

/**
 * Approves or rejects a hold. An approval plans the message again against today's state, letting it pass the checks that persons have
 * approved so far; another check may hold it again (rules §3, §5.3). Of two decisions at once one wins, the other is `already-decided`.
 */
export async function decideHold(
  fulfillment: Fulfillment,
  id: string,
  decision: HoldDecision,
): Promise<HoldEnding> {
  try {
    const { ending, owed, decided } = await repeatingTransaction(fulfillment.database, (tx, farther) =>
      decideIn(tx, fulfillment, id, decision, farther),
    );
    fulfillment.announce(owed);
    if (decided) fulfillment.meters.decision(decided);
    return ending;
  } catch (error) {
    if (error instanceof RefusedApproval) return error.refusal;
    throw error;
  }
}

async function decideIn(
  tx: Transaction,
  fulfillment: Fulfillment,
  id: string,
  decision: HoldDecision,
  farther: readonly string[],
): Promise<{ readonly ending: HoldEnding; readonly owed: Owed; readonly decided?: MeasuredDecision }> {
  const hold = await findHold(tx, id);
  const [message] = hold ? await findMessages(tx, [hold.message]) : [];
  if (!hold || !message) return { ending: { outcome: 'unknown' }, owed: nothingOwed };
  const requests = changesAmong([message]);
  const reached = await findReach(tx, requests);
  const { accounts, registrationKeys } = withReach(ledgerNames([message]), reached);
  const identities = [...identitiesToLock(message), ...reached.identities];
  const survivors = await lock(tx, { accounts: [...accounts, ...farther], registrationKeys, identities });
  const reach = await findReach(tx, requests);
  const locked = new Set([...accounts, ...farther, ...[...survivors].flat()]);
  refuseFarther(reach, { accounts: locked, registrationKeys, identities });
  const { by, reason, keep, note } = decision;
  if (!(await recordHoldDecision(tx, id, decision.decision, by, reason, keep, note))) {
    return {
      ending: { outcome: 'already-decided', hold: (await findHold(tx, id)) ?? hold },
      owed: nothingOwed,
    };
  }
  const time = await transactionTime(tx);
  const approval = approvalOf(await findHoldsOfMessage(tx, message.id));
  const names = withReach(ledgerNames([message], survivors, approval.keep), reach);
  const set = workingSet(survivors, await loadLedger(tx, names));
  refuseUnlocked(set, requests, { locked, reach });
  if (decision.decision === 'approved') await refuseEarly(tx, fulfillment, message, set);
  const changes = await prepareChanges(tx, set, changesIn([message]), reach);
  const decided: Decided =
    decision.decision === 'rejected'
      ? {
          status: 'rejected',
          notes: [],
          reason: {
            code: hold.code,
            message: `Rejected by a person: ${decision.reason}`,
            details: hold.details,
          },
        }
      : decide(set, message, { ...fulfillment, time, changes }, { id, approval });
  if (decision.decision === 'approved') {
    refuseUnfit(hold, decision, decided);
    if (decided.status === 'fulfilled' && decision.despiteNewer !== true)
      await refuseOutdated(tx, message, set, [...accounts, ...survivors.values()]);
  }
  const owed = await writeDecisions(
    tx,
    set,
    [{ message, decision: decided, isNew: false }],
    time,
    fulfillment.events,
    {
      by: `operator ${decision.by}`,
      from: 'held',
      events: [eventOf(decision, hold, time)],
    },
  );
  await writeAudit(tx, {
    by: `operator ${by}`,
    action: decision.decision === 'approved' ? 'hold-approved' : 'hold-rejected',
    on: { kind: 'message', id: message.id },
    account: message.account,
    reason: maskCodesIn(reason),
    details: {
      hold: id,
      code: hold.code,
      status: decided.status,
      ...(keep.length > 0 && { keep: keep.map(maskCode) }),
      ...(note !== undefined && { note: maskCodesIn(note) }),
      ...(decision.despiteNewer === true && { despiteNewer: true }),
    },
  });
  const after = await findHold(tx, id);
  if (!after) throw new IdentityTakenError();
  const { status } = decided;
  const code = decided.status === 'fulfilled' ? '' : decided.reason.code;
  return {
    ending: { outcome: 'decided', hold: after },
    owed,
    decided: { kind: message.kind, status, code },
  };
}

/** What all approvals of the message so far say together. */
function approvalOf(holds: readonly HoldRow[]): Approval {
  const approved = holds.filter(({ decision }) => decision === 'approved');
  return {
    codes: new Set(approved.map(({ code }) => code)),
    keep: approved.flatMap(({ keep }) => keep ?? []),
  };
}

function eventOf(decision: HoldDecision, hold: HoldRow, time: TransactionTime): MessageEvent {
  const event = decision.decision === 'approved' ? 'hold-approved' : 'hold-rejected';
  const despite = decision.despiteNewer === true && { despiteNewer: true };
  const details = { hold: hold.id, code: hold.code, reason: decision.reason, ...despite };
  return { at: time.now, event, by: `operator ${decision.by}`, details };
}
