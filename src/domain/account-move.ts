import { planned, rejected, type Decision } from '#src/domain/decision.ts';
import type { Account, Reseller } from '#src/domain/holdings.ts';

export type AccountMoveRejection = 'UNKNOWN_ACCOUNT' | 'UNKNOWN_RESELLER' | 'ACCOUNT_MERGED';

/** An account and whose it becomes; null: nobody's, so that the next order that is fulfilled for it claims it. */
export interface AccountMove {
  readonly account: Account;
  readonly reseller: string | null;
}

/**
 * Whether an operator may move an account (rules §3). A merged account is its survivor by now, and only that can be moved.
 * @param to the reseller's name, or null for none
 * @param found the reseller of that name
 */
export function planAccountMove(
  id: string,
  account: Account | undefined,
  to: string | null,
  found: Reseller | undefined,
): Decision<AccountMove, AccountMoveRejection, never> {
  if (!account) return rejected('UNKNOWN_ACCOUNT', `There is no account "${id}".`, { account: id });
  if (account.mergedInto !== null)
    return rejected(
      'ACCOUNT_MERGED',
      `The account "${id}" was merged into "${account.mergedInto}"; move that one.`,
      {
        account: id,
        survivor: account.mergedInto,
      },
    );
  if (to !== null && !found)
    return rejected('UNKNOWN_RESELLER', `There is no reseller "${to}"; "chancery reseller add" adds one.`, {
      reseller: to,
    });
  return planned({ account, reseller: to });
}
