import { productOfPid } from '#src/domain/catalog.ts';
import { maskCode } from '#src/domain/code.ts';
import { repeatingTransaction } from '#src/fulfillment/batch/repeating-transaction.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { inTransaction, reading, statement } from '#src/persistence/database.ts';
import { recordSystemEvents } from '#src/persistence/events.ts';
import {
  findExpiring,
  forgetPastEnds,
  mostDaysLeft,
  takeExpiring,
  type ExpiringLicense,
} from '#src/persistence/expiring-licenses.ts';
import { lock } from '#src/persistence/locks.ts';

/** Licenses looked for at once: all ends of a day are read for that. */
const pageSize = 5000;

/** Licenses told of in one transaction, whose accounts are locked together. */
const toldAtOnce = 100;

const forgottenAtOnce = 1000;

/**
 * Writes an event for each active license that ends within 90, 60, 30 or 7 days and was not told of for that (contract §10). A license
 * whose end has moved is told of again for its new one. Repeating it writes nothing; of several processes one works.
 * @returns how many were told of
 */
export async function tellExpiring(fulfillment: Fulfillment): Promise<number> {
  if (!fulfillment.events) return 0;
  let count = 0;
  for (let days = 0; days <= mostDaysLeft; days += 1) {
    const told = await tellOfDay(fulfillment, days);
    if (told === undefined) return count;
    count += told;
  }
  while (await inTransaction(fulfillment.database, (tx) => forgetPastEnds(tx, forgottenAtOnce)));
  return count;
}

/** Of the licenses that end in so many days. @returns how many; undefined when another process is at it */
async function tellOfDay(fulfillment: Fulfillment, days: number): Promise<number | undefined> {
  let count = 0;
  for (let after: string | undefined; ;) {
    const page = await findExpiring(reading(fulfillment.database), days, { after, limit: pageSize });
    for (let from = 0; from < page.length; from += toldAtOnce) {
      const told = await tell(fulfillment, page.slice(from, from + toldAtOnce));
      if (told === undefined) return undefined;
      count += told;
    }
    after = page.at(-1)?.id;
    if (page.length < pageSize) return count;
  }
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
        path: `/v1/accounts/${license.account}/licenses`,
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
