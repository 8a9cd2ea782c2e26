import type { AccountHistory } from '#src/fulfillment/deciding/changing/history.ts';
import type { HistoryRow } from '#src/persistence/account-history.ts';
import type { ReversalRow } from '#src/persistence/change-targets.ts';

/** What was found out for a change request beside the ledger: its names are of messages, and a return looks back. */
export interface ChangeMaterial {
  /** The order, change or merge request that it names. */
  readonly named?: HistoryRow | undefined;
  /** Id of the key of the order that it names. */
  readonly key?: string | undefined;
  /** Who took back what is named. */
  readonly reversal?: ReversalRow | undefined;
  /** Of the account of a return, an undoing or a cancellation. */
  readonly history?: AccountHistory | undefined;
  /** The newest certificate of each license's own changes. */
  readonly series?: ReadonlyMap<string, { readonly number: string; readonly version: number }> | undefined;
  /** In a replay: what it was about when it was decided. */
  readonly target?: string | undefined;
}

export const noMaterial: ChangeMaterial = {};
