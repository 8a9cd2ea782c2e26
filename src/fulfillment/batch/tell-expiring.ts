import { productOfPid } from '#src/domain/catalog.ts';
import { maskCode } from '#src/domain/code.ts';
import { repeatingTransaction } from '#src/fulfillment/batch/repeating-transaction.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { inTransaction, reading, statement } from '#src/persistence/database.ts';
import { recordSystemEvents } from '#src/persistence/events.ts';
import {
  findExpiring,
  forgetPastEnds,
  takeExpiring,
  type EndPlace,
  type ExpiringLicense,
} from '#src/persistence/expiring-licenses.ts';
import { lock } from '#src/persistence/locks.ts';

/** Licenses told of in one transaction, whose accounts are locked together. */
const pageSize = 100;

const forgottenAtOnce = 1000;

/**
 * Writes an event for each active license that ends within 90, 60, 30 or 7 days and was not told of for that (contract §10). A license
 * whose end has moved is told of again for its new one. Repeating it writes nothing; of several processes one works.
 * @returns how many were told of
 */
export async function tellExpiring(fulfillment: Fulfillment): Promise<number> {
  if (!fulfillment.events) return 0;
  let count = 0;
  for (let after: EndPlace | undefined; ;) {
    const page = await findExpiring(reading(fulfillment.database), { after, limit: pageSize });
    const told = page.length === 0 ? 0 : await tell(fulfillment, page);
    if (told === undefined) return count;
    count += told;
    after = page.at(-1);
    if (page.length < pageSize) break;
  }
  while (await inTransaction(fulfillment.database, (tx) => forgetPastEnds(tx, forgottenAtOnce)));
  return count;
}

/** @returns undefined when another process is at it */
function tell(fulfillment: Fulfillment, licenses: readonly ExpiringLicense[]): Promise<number | undefined> {
  return repeatingTransaction(fulfillment.database, async (tx) => {
    const [guard] = await statement<{ readonly mine: boolean }>(
      tx,
      `select pg_try_advisory_xact_lock(hashtext('chancery license.expiring')) as mine`,
    );
    if (!guard?.mine) return undefined;
    const accounts = licenses.map(({ account }) => account);
    await lock(tx, { accounts });
    const ids = licenses.map(({ id }) => id);
    const due = await takeExpiring(tx, ids, accounts);
    await recordSystemEvents(
      tx,
      due.map((license) => ({
        type: 'license.expiring',
        reseller: license.reseller,
        data: dataOf(fulfillment, license),
        path: `/v1/accounts/${license.account}`,
      })),
    );
    return due.length;
  });
}

function dataOf({ catalog }: Fulfillment, license: ExpiringLicense) {
  const { account, pid, activationCode, seats, validThrough, daysLeft } = license;
  return {
    account,
    product: productOfPid(catalog, pid)?.name ?? pid,
    pid,
    activationCode: maskCode(activationCode),
    seats,
    validThrough,
    daysLeft,
  };
}
