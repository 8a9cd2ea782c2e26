import { newId } from '#src/mechanisms/new-id.ts';
import type { Message } from '#jobs/message.ts';
import { newestLayout, type CertificateFacts } from '#src/domain/certificate-facts.ts';
import {
  acceptanceFault,
  againstEarlier,
  earlierOf,
  type Acceptance,
} from '#src/fulfillment/batch/accept-messages.ts';
import { samenessOf } from '#src/domain/sameness.ts';
import { decide } from '#src/fulfillment/deciding/decide.ts';
import type { Decided } from '#src/fulfillment/deciding/decided.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { loadWorkingSet } from '#src/fulfillment/deciding/load-working-set.ts';
import { accountsNamed } from '#src/fulfillment/deciding/message-names.ts';
import {
  certified,
  masked,
  mayShowCodes,
  numberOf,
  type Outcome,
  type Viewer,
} from '#src/fulfillment/looking/outcome.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';
import { inTransaction, type Transaction } from '#src/persistence/database.ts';
import { findSurvivors } from '#src/persistence/locks.ts';
import { findByIdentity } from '#src/persistence/messages.ts';
import { transactionTime } from '#src/persistence/transaction-time.ts';
import type { FieldError } from '#jobs/message.ts';

export type Preview =
  | { readonly outcome: 'preview'; readonly preview: Outcome }
  | { readonly outcome: 'invalid'; readonly errors: readonly FieldError[] }
  | Extract<Acceptance, { outcome: 'repeat' | 'conflict' }>;

/**
 * How the message would end if it came now: as what came before under its number, or else by the same rules on what the ledger says at
 * this moment. Has no effect at all, shows no new key or code, and masks all of them when an account is not the viewer's own. An account
 * of another reseller is unknown here.
 */
export function preview(fulfillment: Fulfillment, message: Message, viewer: Viewer): Promise<Preview> {
  // In a transaction for its one connection and one moment; it writes nothing.
  return inTransaction(fulfillment.database, (tx) => previewIn(tx, fulfillment, message, viewer));
}

async function previewIn(
  tx: Transaction,
  fulfillment: Fulfillment,
  message: Message,
  viewer: Viewer,
): Promise<Preview> {
  const [time, earlier] = await Promise.all([transactionTime(tx), findByIdentity(tx, [message])]);
  const before = againstEarlier(message, samenessOf(message.fingerprint, earlier.map(earlierOf)));
  if (before) return before;
  const fault = acceptanceFault(message, time);
  if (fault) return { outcome: 'invalid', errors: [fault] };
  const survivors = await findSurvivors(tx, accountsNamed(message));
  const id = newId();
  const set = await loadWorkingSet(tx, [message], survivors);
  const known = new Set(set.codes());
  const decided = decide(set, { ...message, id }, { ...fulfillment, time });
  return { outcome: 'preview', preview: foreseen(message, decided, set, known, viewer) };
}

function foreseen(
  message: Message,
  decided: Decided,
  set: WorkingSet,
  known: ReadonlySet<string>,
  viewer: Viewer,
): Outcome {
  const head = {
    ...numberOf(message.kind, message.number),
    ...(message.account !== null && { account: message.account }),
  };
  if (decided.status !== 'fulfilled') {
    if (decided.reason.code === 'ACCOUNT_OF_ANOTHER_RESELLER' && viewer.kind === 'reseller') {
      const details = { account: message.account };
      const reason = {
        code: 'UNKNOWN_ACCOUNT',
        message: `There is no account "${message.account ?? ''}".`,
        details,
      };
      return { ...head, status: 'rejected', reason, notes: [] };
    }
    return { ...head, status: decided.status, reason: decided.reason, notes: decided.notes };
  }
  const stated = decided.certificates[0]?.facts ?? decided.facts;
  if (!stated) throw new Error('A message was fulfilled and says nothing.');
  const { account } = stated.customer;
  const facts = { ...stated, layout: newestLayout, number: '', version: 0 };
  const owners = [...(account === null ? [] : [account]), ...mergedAccounts(facts)].map(
    (id) => set.ownerBefore(id) ?? null,
  );
  const own = mayShowCodes(facts, owners, viewer);
  const shown = certified(own ? facts : masked(facts));
  const plain = certified(facts);
  return {
    ...head,
    ...(account !== null && { account }),
    status: 'fulfilled',
    notes: decided.notes,
    ...shown,
    registrationKey:
      plain.registrationKey !== undefined && known.has(plain.registrationKey)
        ? shown.registrationKey
        : undefined,
    lines: shown.lines?.map((line, i) => {
      const code = plain.lines?.[i]?.activationCode;
      return {
        ...line,
        activationCode: code !== undefined && known.has(code) ? line.activationCode : undefined,
      };
    }),
  };
}

/** The other accounts whose codes a merge shows. */
function mergedAccounts(facts: CertificateFacts): readonly string[] {
  return facts.kind === 'merge' ? facts.merged.map(({ account }) => account) : [];
}
