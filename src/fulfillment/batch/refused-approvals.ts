import type { RegistrationKey } from '#src/domain/holdings.ts';
import { earlyMessages } from '#src/fulfillment/batch/early-messages.ts';
import { looksBack } from '#src/fulfillment/deciding/changing/reach.ts';
import type { Decided } from '#src/fulfillment/deciding/decided.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import type { Transaction } from '#src/persistence/database.ts';
import type { HoldRow } from '#src/persistence/holds.ts';
import { findRegistrationKeys } from '#src/persistence/ledger.ts';
import type { MessageRow } from '#src/persistence/messages.ts';
import { findNewerOrder, type NewerOrder } from '#src/persistence/newer-orders.ts';

/** Why an approval was not carried out; the hold stays open. */
export type Refusal =
  /** It would undo a newer order, and does not say that it means to. */
  | { readonly outcome: 'newer'; readonly newer: NewerOrder }
  /** What is held names what only a catalog has that is newer than this process's. */
  | { readonly outcome: 'early' }
  /** It says too little or what cannot be. */
  | {
      readonly outcome: 'unfit';
      readonly code: 'KEEP_NEEDED' | 'KEEP_NOT_A_CANDIDATE' | 'KEEP_NOT_ASKED';
      readonly message: string;
    };

/** Rolls the approval back. */
export class RefusedApproval extends Error {
  override readonly name = 'RefusedApproval';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(`The approval is refused: ${refusal.outcome}.`);
    this.refusal = refusal;
  }
}

function unfit(code: Extract<Refusal, { outcome: 'unfit' }>['code'], message: string): RefusedApproval {
  return new RefusedApproval({ outcome: 'unfit', code, message });
}

/** A message that a worker would leave open for a newer catalog is not decided by a person's approval either (rules §3). */
export async function refuseEarly(
  tx: Transaction,
  fulfillment: Fulfillment,
  message: MessageRow,
  set: WorkingSet,
): Promise<void> {
  const early = await earlyMessages(tx, fulfillment, [message], set);
  if (early.has(message.id)) throw new RefusedApproval({ outcome: 'early' });
}

/**
 * An approval plans against today's state: an order that waited for long would undo what was ordered meanwhile (rules §3). A merge
 * adds up what there is, and undoes nothing.
 */
export async function refuseOutdated(
  tx: Transaction,
  message: MessageRow,
  set: WorkingSet,
  accounts: readonly string[],
): Promise<void> {
  // A return decides what came later once more, by itself.
  if (message.kind === 'merge-request' || (message.kind === 'change-request' && looksBack(message))) return;
  const { grants, changedRegistrationKeys } = set.changes();
  const before = await findRegistrationKeys(tx, accounts);
  const isChanged = ({ id, seats, validThrough }: RegistrationKey) =>
    before.some((key) => key.id === id && (key.seats !== seats || key.validThrough !== validThrough));
  const newer = await findNewerOrder(tx, {
    acceptedNumber: message.acceptedNumber,
    accounts,
    suites: changedRegistrationKeys.filter(isChanged).map(({ suite }) => suite),
    licenses: grants.map(({ license }) => license),
  });
  if (newer) throw new RefusedApproval({ outcome: 'newer', newer });
}

export function refuseUnfit(
  hold: HoldRow,
  { keep }: { readonly keep: readonly string[] },
  decided: Decided,
): void {
  const ambiguous = hold.code === 'AMBIGUOUS_PRODUCT_FAMILY';
  if (!ambiguous && keep.length > 0)
    throw unfit('KEEP_NOT_ASKED', `"keep" answers AMBIGUOUS_PRODUCT_FAMILY, not ${hold.code}.`);
  if (ambiguous && keep.length === 0) {
    throw unfit('KEEP_NEEDED', 'Say with "keep" which Activation Code of the candidates shall live on.');
  }
  const code = decided.status === 'fulfilled' ? undefined : decided.reason.code;
  const asBefore =
    decided.status === 'held' &&
    code === hold.code &&
    decided.reason.details['component'] === hold.details['component'];
  if (ambiguous && (code === 'KEEP_NOT_A_CANDIDATE' || asBefore)) {
    throw unfit('KEEP_NOT_A_CANDIDATE', '"keep" names none of the candidates.');
  }
}
