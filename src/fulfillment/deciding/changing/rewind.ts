import type { Account, RegistrationKey } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';
import type { AccountHistory } from '#src/fulfillment/deciding/changing/history.ts';
import { isRecordOfOrder } from '#src/fulfillment/deciding/changing/message-parts.ts';
import type { KeyIssue, LicenseImage } from '#src/persistence/account-history.ts';

/** An account's licenses and keys at some moment. */
export interface AccountState {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly licenses: ReadonlyMap<string, License>;
  readonly keys: ReadonlyMap<string, RegistrationKey>;
}

export interface Rewound {
  readonly state: AccountState;
  /** Licenses whose state before was not written down in full: by grants from before that was done. */
  readonly unwritten: ReadonlySet<string>;
}

/**
 * The account as it was before the first of the causes took effect: each license and key as the grant before says.
 * @param causes ids of messages, and of holds that were approved
 */
export function rewind(now: AccountState, history: AccountHistory, causes: ReadonlySet<string>): Rewound {
  const unwritten = new Set<string>();
  const licenses = new Map<string, License>();
  for (const [id, license] of now.licenses) {
    const images = history.licenses.get(id) ?? [];
    const first = images.findIndex(({ cause }) => causes.has(cause));
    if (first < 0) licenses.set(id, license);
    else {
      const before = images[first - 1];
      if (!before) continue;
      if (before.status === null) unwritten.add(id);
      licenses.set(id, licenseAt(license, before, images[first]));
    }
  }
  const keys = new Map<string, RegistrationKey>();
  for (const [id, key] of now.keys) {
    const issue = history.issues.get(id);
    if (issue && causes.has(issue.message)) continue;
    const images = history.keys.get(id) ?? [];
    const first = images.findIndex(({ cause }) => cause !== null && causes.has(cause));
    const image = first < 0 ? undefined : (images[first - 1] ?? (issue && imageOfIssue(issue)));
    keys.set(id, image ? { ...key, ...image } : key);
  }
  return { state: { accounts: now.accounts, licenses, keys }, unwritten };
}

/** The license after a grant. What old grants do not say is as the next one, or today, has it. */
export function licenseAt(now: License, image: LicenseImage, next?: LicenseImage): License {
  const { seats, validThrough, anchor } = image;
  const status = image.status ?? (next?.status === 'merged' ? 'active' : (next?.status ?? now.status));
  return {
    ...now,
    seats,
    validThrough,
    anchor,
    status,
    edition: image.edition ?? next?.edition ?? now.edition,
    extendedBy: image.extendedBy ?? now.extendedBy,
    mergedInto: status === 'merged' ? now.mergedInto : null,
    revokedBy: status === 'revoked' ? now.revokedBy : null,
  };
}

/** A key as it was issued: its first certificate says so. */
function imageOfIssue({ facts, term }: KeyIssue): Partial<RegistrationKey> {
  if (!isRecordOfOrder(facts)) return {};
  const startsOn = facts.startsOn ?? null;
  return {
    account: facts.customer.account,
    orderNumber: facts.orderNumber,
    seats: facts.seats,
    startsOn,
    validThrough: facts.validThrough,
    anchor: term === null ? null : startsOn,
    aliasOf: null,
    suspended: false,
    endedOn: null,
    endedBy: null,
    customer: facts.customer,
  };
}
