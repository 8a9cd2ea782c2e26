import { planAccountMove, type AccountMoveRejection } from '#src/domain/account-move.ts';
import type { Reason } from '#src/domain/decision.ts';
import { repeatingTransaction } from '#src/fulfillment/batch/repeating-transaction.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { recordAccountMove, type AccountMoveRow } from '#src/persistence/account-moves.ts';
import { findAccounts, findResellers } from '#src/persistence/ledger.ts';
import { lock } from '#src/persistence/locks.ts';

export type AccountMoved =
  | { readonly outcome: 'moved'; readonly move: AccountMoveRow }
  /** It was that reseller's already; nothing is recorded. */
  | { readonly outcome: 'unchanged'; readonly reseller: string | null }
  | { readonly outcome: 'refused'; readonly reason: Reason<AccountMoveRejection> };

/**
 * Moves an account to another reseller, or to none, from now on: what was decided stays, Registration Keys stay those of who sold them
 * (rules §3). Repeating it changes nothing.
 * @param by `operator maria`
 */
export async function moveAccount(
  { database }: Fulfillment,
  id: string,
  to: string | null,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<AccountMoved> {
  return repeatingTransaction(database, async (tx) => {
    const [, [account], [reseller]] = await Promise.all([
      lock(tx, { accounts: [id] }),
      findAccounts(tx, [id]),
      findResellers(tx, to === null ? [] : [to]),
    ]);
    const decision = planAccountMove(id, account, to, reseller);
    if (decision.outcome !== 'planned') return { outcome: 'refused', reason: decision.reason };
    const from = decision.plan.account.reseller;
    if (from === to) return { outcome: 'unchanged', reseller: to };
    return { outcome: 'moved', move: await recordAccountMove(tx, { account: id, from, to, by, reason }) };
  });
}
