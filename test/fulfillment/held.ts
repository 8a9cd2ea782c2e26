import { expect } from 'vitest';
import type { Message } from '#jobs/message.ts';
import type { HoldDecision } from '#src/fulfillment/batch/decide-hold.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import { existing, outcomeAfter, outcomeById } from '#test/fulfillment/ending.ts';
import { givenHoldings, type GivenLicense } from '#test/fulfillment/given-holdings.ts';
import { openLedger, type Ledger, type LedgerOptions } from '#test/fulfillment/open-ledger.ts';

/** A ledger in which northwind's account `acme` has these licenses. */
export async function ledgerWith(
  licenses: readonly Omit<GivenLicense, 'account'>[],
  options?: LedgerOptions,
): Promise<Ledger> {
  const ledger = await openLedger(options);
  const accounts = [{ id: 'acme', reseller: 'northwind' }];
  await givenHoldings(
    ledger.database,
    accounts,
    licenses.map((license) => ({ ...license, account: 'acme' })),
  );
  return ledger;
}

/** Decides the message and expects it to be held with the code. */
export async function heldWith(
  fulfillment: Fulfillment,
  message: Message,
  code: string,
): Promise<Outcome & { readonly hold: string }> {
  const outcome = await outcomeAfter(fulfillment, message);
  expect(outcome).toMatchObject({ status: 'held', reason: { code } });
  return { ...outcome, hold: existing(outcome.hold) };
}

/** The outcome as it is by now. */
export function after(fulfillment: Fulfillment, { id }: Outcome): Promise<Outcome> {
  return outcomeById(fulfillment, existing(id));
}

export const approval: HoldDecision = { decision: 'approved', by: 'maria', reason: 'as agreed', keep: [] };
export const rejection: HoldDecision = { decision: 'rejected', by: 'maria', reason: 'a mistake', keep: [] };
