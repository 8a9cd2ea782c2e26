import type { Account, RegistrationKey, Reseller } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';
import type { RetiredCodeRow } from '#src/persistence/retired-codes.ts';

/** Everything that was loaded for a batch, to begin with. */
export interface LoadedLedger {
  /** Survivor by the account id that messages name. */
  readonly survivors: ReadonlyMap<string, string>;
  readonly resellers: readonly Reseller[];
  readonly accounts: readonly Account[];
  readonly licenses: readonly License[];
  readonly registrationKeys: readonly RegistrationKey[];
  readonly retiredCodes: readonly RetiredCodeRow[];
}
