import type { Account, RegistrationKey } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';
import type { ReplayedEnding } from '#src/domain/lifecycle/replay-differences.ts';
import type { AccountState } from '#src/fulfillment/deciding/changing/rewind.ts';
import type { HistoryRow, LicenseImage } from '#src/persistence/account-history.ts';

/** A message's turn in a replay. */
export interface Step {
  readonly row: HistoryRow;
  /** Undefined: it goes with what was taken back, since its key is not there. */
  readonly ending: ReplayedEnding | undefined;
  /** Licenses and keys that it changed, as they were after it. */
  readonly licenses: ReadonlyMap<string, License>;
  readonly keys: ReadonlyMap<string, RegistrationKey>;
  /** What it found of that, where it takes effect as it was recorded. */
  readonly found: string;
}

/** A step with what it leaves. */
export interface Turn {
  readonly step: Step;
  /** The grants that it makes. */
  readonly images: readonly LicenseImage[];
  readonly state: AccountState;
}

/** The state after a step. */
export function after(
  state: AccountState,
  { licenses, keys }: Pick<Step, 'licenses' | 'keys'>,
  accounts: ReadonlyMap<string, Account>,
): AccountState {
  return {
    accounts,
    licenses: new Map([...state.licenses, ...licenses]),
    keys: new Map([...state.keys, ...keys]),
  };
}
