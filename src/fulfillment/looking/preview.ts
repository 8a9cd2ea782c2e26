import type { FieldError, Message } from '#jobs/message.ts';
import { newestLayout, type CertificateFacts } from '#src/domain/certificate-facts.ts';
import { samenessOf } from '#src/domain/sameness.ts';
import { againstEarlier, earlierOf, type Acceptance } from '#src/fulfillment/batch/accept-messages.ts';
import { acceptanceFault } from '#src/fulfillment/batch/acceptance-fault.ts';
import { catalogTooOld, earlyMessages } from '#src/fulfillment/batch/early-messages.ts';
import { prepareChanges } from '#src/fulfillment/deciding/changing/prepare.ts';
import { changesAmong, findReach, withReach } from '#src/fulfillment/deciding/changing/reach.ts';
import { decide } from '#src/fulfillment/deciding/decide.ts';
import type { Decided } from '#src/fulfillment/deciding/decided.ts';
import {
  ledgerNames,
  loadLedger,
  workingSet,
  type LedgerNames,
} from '#src/fulfillment/deciding/load-working-set.ts';
import { accountsNamed } from '#src/fulfillment/deciding/message-names.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { certified, numberOf, type Outcome } from '#src/fulfillment/looking/outcome.ts';
import { existsFor, shownFacts, type Viewer } from '#src/fulfillment/looking/visibility.ts';
import { newId } from '#src/mechanisms/new-id.ts';
import { inTransaction, type Transaction } from '#src/persistence/database.ts';
import { findSurvivors } from '#src/persistence/locks.ts';
import { findByIdentity, type MessageRow } from '#src/persistence/messages.ts';
import { findOwned } from '#src/persistence/owned-names.ts';
import { transactionTime } from '#src/persistence/transaction-time.ts';

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
  const reach = await findReach(tx, changesAmong([message]));
  const survivors = await findSurvivors(tx, [...accountsNamed(message), ...reach.accounts]);
  const id = newId();
  const names = withReach(await namesThere(tx, ledgerNames([message], survivors), viewer), reach);
  const set = workingSet(survivors, await loadLedger(tx, names));
  const known = new Set(set.codes());
  const open = { ...message, id };
  const early = await earlyMessages(tx, fulfillment, [open], set);
  if (early.has(id)) return { outcome: 'preview', preview: stillOpen(message) };
  const changes = open.kind === 'change-request' ? await prepareChanges(tx, set, [open], reach) : new Map();
  const decided = decide(set, open, { ...fulfillment, time, changes });
  return { outcome: 'preview', preview: foreseen(message, decided, set, known, viewer) };
}

/** Stands for a name that is not there for the viewer: nobody has it, and looking it up costs what any name costs. */
const nobody = '';

/**
 * The names, without those that are another's: whether a thing is there for the viewer is decided before anything is computed from it,
 * so that what is another's is answered as what is unknown, in words and in work (rules §3).
 */
async function namesThere(tx: Transaction, names: LedgerNames, viewer: Viewer): Promise<LedgerNames> {
  const owned = await findOwned(tx, names);
  const hidden = new Set(owned.flatMap(({ name, ...owner }) => (existsFor(owner, viewer) ? [] : [name])));
  const there = (all: readonly string[]) => all.map((name) => (hidden.has(name) ? nobody : name));
  return {
    ...names,
    accounts: there(names.accounts),
    registrationKeys: there(names.registrationKeys),
    activationCodes: there(names.activationCodes),
    aliasesOf: there(names.aliasesOf),
  };
}

/** What a message tells that is left open here for a process with a newer catalog (rules §3). */
export function stillOpen(message: Message | MessageRow): Outcome {
  return { ...headOf(message), status: 'accepted', reason: catalogTooOld, notes: [] };
}

function headOf(message: Message | MessageRow): Partial<Outcome> {
  return {
    ...numberOf(message.kind, message.number),
    ...(message.account !== null && { account: message.account }),
    ...(message.kind === 'change-request' && { kind: message.content.kind }),
  };
}

/** What a decision that was not carried out would tell. @param known the codes that are there already; others are not shown */
export function foreseen(
  message: Message | MessageRow,
  decided: Decided,
  set: WorkingSet,
  known: ReadonlySet<string>,
  viewer: Viewer,
): Outcome {
  const head = {
    ...headOf(message),
    ...(decided.about?.account && { account: decided.about.account }),
  };
  if (decided.status !== 'fulfilled') {
    return { ...head, status: decided.status, reason: decided.reason, notes: decided.notes };
  }
  const stated = decided.certificates[0]?.facts ?? decided.facts;
  if (!stated) throw new Error('A message was fulfilled and says nothing.');
  const { account } = stated.customer;
  const facts = { ...stated, layout: newestLayout, number: '', version: 0 };
  const touched = [...(account === null ? [] : [account]), ...mergedAccounts(facts)];
  const owners = {
    accounts: touched.map((id) => ({ id, reseller: set.ownerBefore(id) ?? null })),
    keySoldBy: facts.kind === 'upgrade' ? (set.namedKey(facts.registrationKey)?.key.reseller ?? null) : null,
  };
  const shown = certified(shownFacts(facts, owners, viewer));
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
  if (facts.kind === 'merge') return facts.merged.map(({ account }) => account);
  return facts.kind === 'undo-merge' ? facts.restored.map(({ account }) => account) : [];
}
