import type { CauseKind } from '#jobs/kinds.ts';
import type { Account, RegistrationKey } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';
import {
  grantOf,
  type Grant,
  type KeyGrant,
  type LedgerChanges,
  type LicenseSeries,
  type NewRegistrationKey,
  type NewRetiredCode,
  type NewReversal,
} from '#src/persistence/ledger-changes.ts';

/** What a grant says of its cause. */
export interface Cause {
  readonly kind: Exclude<CauseKind, 'import'>;
  readonly id: string;
}

/** What a batch changes, by id and in its order, until it is written at once. What is new is not said to be changed, too. */
export class CollectedChanges {
  readonly #new = {
    accounts: new Set<string>(),
    keys: new Map<string, string>(),
    licenses: new Set<string>(),
  };
  readonly #changed = { accounts: new Set<string>(), keys: new Set<string>(), licenses: new Set<string>() };
  readonly #recoded = { keys: new Set<string>(), licenses: new Set<string>() };
  readonly #revoked = new Set<string>();
  readonly #grants: Grant[] = [];
  readonly #keyGrants: KeyGrant[] = [];
  /** Where the newest grant of a license or key stands in its list, by its id. */
  readonly #last = { grants: new Map<string, number>(), keyGrants: new Map<string, number>() };
  readonly #retired: NewRetiredCode[] = [];
  readonly #reversals: NewReversal[] = [];
  readonly #licenseSeries = new Map<string, LicenseSeries>();

  newAccount(id: string): void {
    this.#new.accounts.add(id);
  }

  changedAccount(id: string): void {
    if (!this.#new.accounts.has(id)) this.#changed.accounts.add(id);
  }

  newKey(id: string, suiteSnapshot: string): void {
    this.#new.keys.set(id, suiteSnapshot);
  }

  changedKey(id: string): void {
    if (!this.#new.keys.has(id)) this.#changed.keys.add(id);
  }

  newLicense(license: License, cause: Cause): void {
    this.#new.licenses.add(license.id);
    this.#pushGrant(grantOf(license, cause, license.registrationKey));
  }

  /**
   * Writes a change of a license down as a grant; once per message, whatever a message does to it.
   * @param license as it is after the change, but for the number of its grants
   * @param grants how many it had before
   */
  grantLicense(license: License, grants: number, cause: Cause, registrationKey: string | null): License {
    const last = this.#last.grants.get(license.id) ?? -1;
    const isSame = this.#grants[last]?.cause === cause.id;
    const after = { ...license, grants: grants + (isSame ? 0 : 1) };
    if (isSame) this.#grants[last] = grantOf(after, cause, registrationKey);
    else this.#pushGrant(grantOf(after, cause, registrationKey));
    if (!this.#new.licenses.has(after.id)) this.#changed.licenses.add(after.id);
    return after;
  }

  /** The same of a key; its first state is written down, too, when that was not done before. */
  grantKey(
    key: RegistrationKey,
    before: RegistrationKey | undefined,
    { kind, id: cause }: Cause,
  ): RegistrationKey {
    const last = this.#last.keyGrants.get(key.id) ?? -1;
    const isSame = this.#keyGrants[last]?.cause === cause;
    const grants = (before?.grants ?? 0) + (isSame ? 0 : 1);
    const after = { ...key, grants };
    const grant = { number: grants, causeKind: kind, cause, key: after } as const;
    if (isSame) this.#keyGrants[last] = grant;
    else {
      if (before && hasUnwrittenPast(before) && !this.#new.keys.has(key.id))
        this.#keyGrants.push({ number: 1, causeKind: 'first', cause: null, key: before });
      this.#last.keyGrants.set(key.id, this.#keyGrants.push(grant) - 1);
    }
    this.changedKey(key.id);
    return after;
  }

  recoded(kind: 'keys' | 'licenses', id: string, retired: NewRetiredCode): void {
    this.#recoded[kind].add(id);
    this.#retired.push(retired);
  }

  revoked(license: string): void {
    this.#revoked.add(license);
  }

  reversal(reversal: NewReversal): void {
    this.#reversals.push(reversal);
  }

  licenseSeries(series: LicenseSeries): void {
    this.#licenseSeries.set(series.license, series);
  }

  seriesOf(license: string): LicenseSeries | undefined {
    return this.#licenseSeries.get(license);
  }

  /** All of it, as it stands in the end; certificates and holds are the caller's. */
  written(
    accounts: ReadonlyMap<string, Account>,
    keys: ReadonlyMap<string, RegistrationKey>,
    licenses: ReadonlyMap<string, License>,
  ): Omit<LedgerChanges, 'certificates' | 'holds'> {
    return {
      newAccounts: pick(accounts, this.#new.accounts),
      changedAccounts: pick(accounts, this.#changed.accounts),
      newRegistrationKeys: [...this.#new.keys].flatMap(
        ([id, suiteSnapshot]): readonly NewRegistrationKey[] => {
          const key = keys.get(id);
          return key ? [{ ...key, suiteSnapshot }] : [];
        },
      ),
      changedRegistrationKeys: pick(keys, this.#changed.keys),
      newLicenses: pick(licenses, this.#new.licenses),
      changedLicenses: pick(licenses, this.#changed.licenses),
      grants: this.#grants,
      keyGrants: this.#keyGrants,
      recodedLicenses: pick(licenses, this.#recoded.licenses),
      recodedKeys: pick(keys, this.#recoded.keys),
      retiredCodes: this.#retired,
      revokedLicenses: pick(licenses, this.#revoked),
      reversals: this.#reversals,
      licenseSeries: [...this.#licenseSeries.values()],
    };
  }

  #pushGrant(grant: Grant): void {
    this.#last.grants.set(grant.license, this.#grants.push(grant) - 1);
  }
}

/** Whether the key was changed before its changes were written down: its first state is not that of its first certificate. */
function hasUnwrittenPast({ grants, certificate, aliasOf }: RegistrationKey): boolean {
  return grants === 1 && (certificate.version > 1 || aliasOf !== null);
}

function pick<T>(all: ReadonlyMap<string, T>, ids: Iterable<string>): readonly T[] {
  return [...ids].flatMap((id) => all.get(id) ?? []);
}
