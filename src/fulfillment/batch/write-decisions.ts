import type { RegistrationKey } from '#src/domain/holdings.ts';
import { certificateNumber, factsOf, nameOf } from '#src/fulfillment/batch/certificate-numbers.ts';
import { writeCustomerEffects } from '#src/fulfillment/batch/customer-effects.ts';
import type { OpenMessage } from '#src/fulfillment/deciding/decide.ts';
import type { Decided } from '#src/fulfillment/deciding/decided.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';
import { nothingOwed, type Owed } from '#src/fulfillment/fulfillment.ts';
import { newId } from '#src/mechanisms/new-id.ts';
import type { Transaction } from '#src/persistence/database.ts';
import { eventType, recordEvents, recordReturned, recordWithdrawn } from '#src/persistence/events.ts';
import { writeLedgerChanges, type NewHold, type NewReversal } from '#src/persistence/ledger-changes.ts';
import { noteReversals, recordAbout, withdraw, type MessageAbout } from '#src/persistence/message-about.ts';
import { replaceMessages } from '#src/persistence/message-tries.ts';
import {
  endMessages,
  insertMessages,
  type MessageEnding,
  type MessageEvent,
} from '#src/persistence/messages.ts';
import { drawNumbers, type TransactionTime } from '#src/persistence/transaction-time.ts';

/** Another transaction recorded the same message, or ended it, meanwhile: begin again and find it. */
export class IdentityTakenError extends Error {
  override readonly name = 'IdentityTakenError';
}

export interface DecidedMessage {
  readonly message: OpenMessage;
  readonly decision: Decided;
  /** Not recorded yet: it is recorded as ended. */
  readonly isNew: boolean;
}

/** Who decided: the worker, or the operator who approved or rejected a hold. */
export interface DecidedBy {
  readonly by: string;
  readonly from: 'accepted' | 'held';
  readonly events: readonly MessageEvent[];
}

const theWorker: DecidedBy = { by: 'worker', from: 'accepted', events: [] };

/**
 * Writes decisions and their effects with a fixed number of statements: messages, ledger, holds, certificates.
 * @param events whether each decision is told of by an event: one statement more, in the same round trip
 * @returns what is left to be done, to be announced after the commit
 * @throws IdentityTakenError when the transaction must be repeated
 */
export async function writeDecisions(
  tx: Transaction,
  set: WorkingSet,
  decided: readonly DecidedMessage[],
  time: TransactionTime,
  events: boolean,
  decider: DecidedBy = theWorker,
): Promise<Owed> {
  if (decided.length === 0) return nothingOwed;
  const drafts = decided.flatMap(({ decision }) =>
    decision.status === 'fulfilled' ? decision.certificates : [],
  );
  const newSeries = [
    ...new Set(drafts.filter(({ number }) => number === undefined).map(({ series }) => series)),
  ];
  const drawn = await drawNumbers(tx, newSeries.length, decided.length);
  const numbers = new Map(
    newSeries.map((series, i) => [series, certificateNumber(time, drawn.certificates[i] ?? '')]),
  );
  const endings = decided.map((one, i) => ending(one, numbers, drawn.decisions[i] ?? '', time, decider));
  const isNew = new Map(decided.map(({ message, isNew }) => [message.id, isNew]));
  const known = endings.filter(({ id }) => !isNew.get(id));
  const byId = new Map(endings.map((one) => [one.id, one]));
  const fresh = decided.flatMap(({ message }) => {
    const end = byId.get(message.id);
    return end && isNew.get(message.id) ? [{ ...newRow(message), ...end }] : [];
  });
  const replaced = replacing(fresh);
  const holds = decided.flatMap(({ message, decision }): readonly NewHold[] =>
    decision.status === 'held' ? [{ id: newId(), message: message.id, reason: decision.reason }] : [],
  );
  const withdrawn = decided.flatMap(({ decision }) =>
    decision.status === 'fulfilled' && decision.withdraws ? [decision.withdraws] : [],
  );
  const recorded = Promise.all([
    insertMessages(tx, fresh),
    endMessages(tx, known, decider.from),
    replaceMessages(tx, replaced),
    recordAbout(tx, decided.flatMap(aboutOf)),
    ...decided.flatMap(({ message, decision }) =>
      decision.status === 'fulfilled' && decision.withdraws
        ? [withdraw(tx, decision.withdraws, message.number, time)]
        : [],
    ),
  ]);
  const changes = set.changes();
  const numbered = <Key extends RegistrationKey>(key: Key): Key => ({
    ...key,
    certificate: { ...key.certificate, number: numbers.get(key.id) ?? key.certificate.number },
  });
  const certificates = decided.flatMap(({ message, decision }) =>
    decision.status === 'fulfilled'
      ? decision.certificates.map((draft) => ({ message: message.id, facts: factsOf(draft, numbers) }))
      : [],
  );
  const written = writeLedgerChanges(tx, {
    ...changes,
    newRegistrationKeys: changes.newRegistrationKeys.map(numbered),
    changedRegistrationKeys: changes.changedRegistrationKeys.map(numbered),
    licenseSeries: changes.licenseSeries.map((series) => ({
      ...series,
      number: numbers.get(series.license) ?? series.number,
    })),
    certificates,
    holds,
  });
  const noted = noteReversals(tx, changes.reversals);
  noted.catch(() => {});
  const told = events
    ? tell(tx, decided, endings, holds, { withdrawn, reversed: changes.reversals })
    : undefined;
  told?.catch(() => {});
  // Heard of after the messages: one that could not be recorded explains why its effects could not be written.
  written.catch(() => {});
  const [inserted, ended, freed] = await recorded;
  if (inserted.size !== fresh.length || ended !== known.length || freed !== replaced.length)
    throw new IdentityTakenError();
  await written;
  await noted;
  await told;
  return {
    ...nothingOwed,
    mails: await writeCustomerEffects(tx, decided),
    certificates: certificates.map(({ facts: { number, version } }) => ({ number, version })),
  };
}

/** Writes an event for each decision, and for each message that one took back. */
async function tell(
  tx: Transaction,
  decided: readonly DecidedMessage[],
  endings: readonly MessageEnding[],
  holds: readonly NewHold[],
  {
    withdrawn,
    reversed,
  }: { readonly withdrawn: readonly string[]; readonly reversed: readonly NewReversal[] },
): Promise<void> {
  const byId = new Map(decided.map(({ message }) => [message.id, message]));
  const heldBy = new Map(holds.map(({ id, message }) => [message, id]));
  const events = endings.flatMap(({ id, decidedNumber, ...end }) => {
    const message = byId.get(id);
    if (!message) return [];
    const { status, reason, notes, certificateNumber, certificateVersion } = end;
    const hold = heldBy.get(id);
    return [
      {
        sequence: decidedNumber,
        id: newId(),
        type: eventType(message.kind, status),
        reseller: message.reseller,
        message: id,
        about: {
          status,
          ...(reason && { reason }),
          ...(notes.length > 0 && { notes }),
          ...(hold && { hold }),
        },
        certificateNumber,
        certificateVersion,
      },
    ];
  });
  await Promise.all([
    recordEvents(tx, events),
    ...withdrawn.map((id) => recordWithdrawn(tx, id)),
    recordReturned(tx, reversed),
  ]);
}

function ending(
  { message, decision, isNew }: DecidedMessage,
  numbers: ReadonlyMap<string, string>,
  decidedNumber: string,
  time: TransactionTime,
  decider: DecidedBy,
): MessageEnding {
  const { status, notes } = decision;
  const reason = status === 'fulfilled' ? null : decision.reason;
  const [draft] = status === 'fulfilled' ? decision.certificates : [];
  const certificate = draft ? nameOf(draft, numbers) : null;
  const event: MessageEvent = {
    at: time.now,
    event: status,
    by: decider.by,
    ...(reason && { details: { code: reason.code } }),
    ...(certificate && { details: { certificate: certificate.number, version: certificate.version } }),
  };
  return {
    id: message.id,
    status,
    decidedNumber,
    reason,
    notes,
    certificateNumber: certificate?.number ?? null,
    certificateVersion: certificate?.version ?? null,
    events: [...(isNew ? [acceptedByQueue(message, time)] : decider.events), event],
  };
}

/** What is known of a message only now that it is decided. */
function aboutOf({ message, decision }: DecidedMessage): readonly MessageAbout[] {
  const facts = decision.status === 'fulfilled' ? (decision.facts ?? null) : null;
  const { about } = decision;
  if (!about && !facts) return [];
  return [{ id: message.id, account: about?.account ?? null, target: about?.target ?? null, facts }];
}

function acceptedByQueue({ reseller }: OpenMessage, time: TransactionTime): MessageEvent {
  return { at: time.now, event: 'accepted', by: queueOf(reseller) };
}

function queueOf(reseller: string | null): string {
  return `queue, reseller ${reseller ?? 'none'}`;
}

/**
 * Records messages that came by a queue and are left open.
 * @throws IdentityTakenError when the transaction must be repeated
 */
export async function recordOpen(
  tx: Transaction,
  messages: readonly OpenMessage[],
  time: TransactionTime,
): Promise<void> {
  if (messages.length === 0) return;
  const rows = messages.map((message) => ({ ...newRow(message), events: [acceptedByQueue(message, time)] }));
  const replaced = replacing(rows);
  const [inserted, freed] = await Promise.all([insertMessages(tx, rows), replaceMessages(tx, replaced)]);
  if (inserted.size !== rows.length || freed !== replaced.length) throw new IdentityTakenError();
}

function replacing(rows: readonly ReturnType<typeof newRow>[]) {
  return rows.flatMap(({ id, replaces, reseller }) =>
    replaces ? [{ id, replaces, by: queueOf(reseller) }] : [],
  );
}

function newRow(message: OpenMessage) {
  const { id, kind, reseller, number, fingerprint, content, account, attempt = 1, replaces = null } = message;
  return { id, kind, reseller, number, fingerprint, content, account, attempt, replaces };
}
