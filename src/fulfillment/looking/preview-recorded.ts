import { earlyMessages } from '#src/fulfillment/batch/early-messages.ts';
import { changesIn } from '#src/fulfillment/batch/turns.ts';
import { prepareChanges } from '#src/fulfillment/deciding/changing/prepare.ts';
import { changesAmong, findReach, withReach } from '#src/fulfillment/deciding/changing/reach.ts';
import { decide } from '#src/fulfillment/deciding/decide.ts';
import { ledgerNames, loadLedger, workingSet } from '#src/fulfillment/deciding/load-working-set.ts';
import { namesOf } from '#src/fulfillment/deciding/message-names.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import { foreseen, stillOpen } from '#src/fulfillment/looking/preview.ts';
import { inTransaction } from '#src/persistence/database.ts';
import { findHoldsOfMessage } from '#src/persistence/holds.ts';
import { findSurvivors } from '#src/persistence/locks.ts';
import { findMessages } from '#src/persistence/messages.ts';
import { transactionTime } from '#src/persistence/transaction-time.ts';

/**
 * How a recorded message would end if it were decided now; one that is held: if it were approved. For operators, codes masked. Has no
 * effect at all. Undefined for one that is fulfilled, or is not there.
 * @param keep canonical Activation Codes that the approval would keep
 */
export function previewRecorded(
  fulfillment: Fulfillment,
  id: string,
  keep: readonly string[] = [],
): Promise<Outcome | undefined> {
  return inTransaction(fulfillment.database, async (tx) => {
    const [message] = await findMessages(tx, [id]);
    if (!message || message.status === 'fulfilled' || message.replacedBy !== null) return undefined;
    const holds = await findHoldsOfMessage(tx, id);
    const counted = holds.filter(({ decision }) => decision !== 'rejected');
    const kept = [...counted.flatMap((hold) => hold.keep ?? []), ...keep];
    const reach = await findReach(tx, changesAmong([message]));
    const survivors = await findSurvivors(tx, [...namesOf(message).accounts, ...reach.accounts]);
    const names = withReach(ledgerNames([message], survivors, kept), reach);
    const set = workingSet(survivors, await loadLedger(tx, names));
    const known = new Set(set.codes());
    const early = await earlyMessages(tx, fulfillment, [message], set);
    if (early.has(id)) return stillOpen(message);
    const approval = { codes: new Set(counted.map(({ code }) => code)), keep: kept };
    const open = holds.find(({ decision }) => decision === null);
    const time = await transactionTime(tx);
    const hold = counted.length === 0 ? undefined : { id: open?.id ?? id, approval };
    const changes = await prepareChanges(tx, set, changesIn([message]), reach);
    const decided = decide(set, message, { ...fulfillment, time, changes }, hold);
    return foreseen(message, decided, set, known, { kind: 'operator', seesCodes: false });
  });
}
