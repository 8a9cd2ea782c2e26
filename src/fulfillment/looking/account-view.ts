import { productOfPid } from '#src/domain/catalog.ts';
import type { Account } from '#src/domain/holdings.ts';
import { statusOn, type Edition, type LicenseStatus, type LicenseType } from '#src/domain/license.ts';
import { alignedEnd } from '#src/domain/lifecycle/aligned-end.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { existsFor, shownCode, type Viewer } from '#src/fulfillment/looking/visibility.ts';
import { reading } from '#src/persistence/database.ts';
import { findGrants, type GrantRow } from '#src/persistence/grants.ts';
import {
  findAccounts,
  findActiveSeats,
  findLicensesPage,
  type LicensePage,
} from '#src/persistence/ledger.ts';
import { findSurvivingLicenses } from '#src/persistence/surviving-licenses.ts';
import { transactionTime } from '#src/persistence/transaction-time.ts';

/** An account with what it holds today, as a viewer may see it. */
export interface AccountView {
  readonly account: Account;
  readonly licenses: readonly LicenseView[];
  /** Id of the last license shown, when there are more after it. */
  readonly next: string | undefined;
  /** The common end of its active full licenses, weighted by their seat-days; null when there is none (rules §8.1). */
  readonly alignedEnd: string | null;
}

export interface LicenseView {
  readonly activationCode: string;
  /** The catalog's name of the product; the PID when the catalog no longer has it. */
  readonly product: string;
  readonly pid: string;
  readonly seats: number;
  readonly validThrough: string;
  readonly type: LicenseType;
  readonly edition: Edition;
  /** As it counts today. */
  readonly status: LicenseStatus;
  /** The Activation Code of the license that it was merged into. */
  readonly mergedInto: string | null;
  readonly grants: readonly Omit<GrantRow, 'license'>[];
}

/**
 * The account's own licenses, by PID, then code; not redirected when it was merged (rules §5.4). A reseller sees masked codes of an
 * account that is nobody's yet, and none of another's: undefined, as for an account that does not exist (§3).
 * @param wanted all of them when absent
 */
export async function accountView(
  { database, catalog }: Fulfillment,
  id: string,
  viewer: Viewer,
  wanted?: LicensePage,
): Promise<AccountView | undefined> {
  const tx = reading(database);
  const [account] = await findAccounts(tx, [id]);
  if (!account || !existsFor(account, viewer)) return undefined;
  const found = await findLicensesPage(tx, id, wanted && { ...wanted, limit: wanted.limit + 1 });
  const licenses = wanted ? found.slice(0, wanted.limit) : found;
  const { today } = await transactionTime(tx);
  const survivors = await findSurvivingLicenses(
    tx,
    licenses.flatMap(({ mergedInto }) => mergedInto ?? []),
  );
  const grants = Map.groupBy(
    await findGrants(
      tx,
      licenses.map((license) => license.id),
    ),
    (grant) => grant.license,
  );
  return {
    account,
    next: found.length > licenses.length ? licenses.at(-1)?.id : undefined,
    alignedEnd: alignedEnd(await findActiveSeats(tx, id, today), today),
    licenses: licenses.map((license) => {
      const { activationCode, pid, seats, validThrough, type, edition } = license;
      const survivor = license.mergedInto === null ? undefined : survivors.get(license.mergedInto);
      return {
        activationCode: shownCode(activationCode, account, viewer),
        product: productOfPid(catalog, pid)?.name ?? pid,
        pid,
        seats,
        validThrough,
        type,
        edition,
        status: statusOn(license, today),
        mergedInto: survivor ? shownCode(survivor.activationCode, survivor.account, viewer) : null,
        grants: (grants.get(license.id) ?? []).map(
          ({ number, causeKind, cause, seats, validThrough, madeAt }) => ({
            number,
            causeKind,
            cause,
            seats,
            validThrough,
            madeAt: new Date(madeAt).toISOString(),
          }),
        ),
      };
    }),
  };
}
