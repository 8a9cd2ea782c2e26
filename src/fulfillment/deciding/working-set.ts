import type { Account, Holdings, RegistrationKey, Reseller } from '#src/domain/holdings.ts';
import type { NamedKey } from '#src/domain/upgrading/plan-registration.ts';
import type { License } from '#src/domain/license.ts';
import type { Grant, LedgerChanges, NewHold, NewRegistrationKey } from '#src/persistence/ledger-changes.ts';

/** Everything that was loaded for a batch, to begin with. */
export interface LoadedLedger {
  /** Survivor by the account id that messages name. */
  readonly survivors: ReadonlyMap<string, string>;
  readonly resellers: readonly Reseller[];
  readonly accounts: readonly Account[];
  readonly licenses: readonly License[];
  readonly registrationKeys: readonly RegistrationKey[];
}

/**
 * A batch's view of the ledger: messages are decided one after the other against it, each seeing the results of those before, and
 * what changed is collected to be written at once.
 */
export class WorkingSet {
  readonly #survivors: Map<string, string>;
  readonly #resellers: ReadonlyMap<string, Reseller>;
  readonly #accounts: Map<string, Account>;
  readonly #owners: ReadonlyMap<string, string | null>;
  readonly #licenses: Map<string, License>;
  readonly #licensesByAccount = new Map<string, Set<string>>();
  readonly #licensesByCode = new Map<string, string>();
  readonly #keys: Map<string, RegistrationKey>;
  readonly #keysByCode = new Map<string, string>();
  readonly #new = {
    accounts: new Set<string>(),
    keys: new Map<string, string>(),
    licenses: new Set<string>(),
  };
  readonly #changed = { accounts: new Set<string>(), keys: new Set<string>(), licenses: new Set<string>() };
  readonly #grants: Grant[] = [];
  readonly #holds: NewHold[] = [];

  constructor(loaded: LoadedLedger) {
    this.#survivors = new Map(loaded.survivors);
    this.#resellers = new Map(loaded.resellers.map((reseller) => [reseller.name, reseller]));
    this.#accounts = new Map(loaded.accounts.map((account) => [account.id, account]));
    this.#owners = new Map(loaded.accounts.map(({ id, reseller }) => [id, reseller]));
    this.#licenses = new Map();
    for (const license of loaded.licenses) this.#index(license);
    this.#keys = new Map();
    for (const key of loaded.registrationKeys) this.#indexKey(key);
  }

  reseller(name: string): Reseller | undefined {
    return this.#resellers.get(name);
  }

  /** The account of this very id, merged or not. */
  account(id: string): Account | undefined {
    return this.#accounts.get(id);
  }

  /** The account that stands for this id now: itself, or the survivor that it was merged into. */
  survivor(id: string): Account | undefined {
    let at = this.#accounts.get(this.#survivors.get(id) ?? id);
    while (at?.mergedInto) at = this.#accounts.get(at.mergedInto);
    return at;
  }

  licenses(account: string): readonly License[] {
    return [...(this.#licensesByAccount.get(account) ?? [])].flatMap((id) => this.#licenses.get(id) ?? []);
  }

  license(id: string): License | undefined {
    return this.#licenses.get(id);
  }

  /** What the license was merged into in the end; itself when it was not merged. */
  survivorOf(license: License): License | undefined {
    let at: License | undefined = license;
    while (at?.mergedInto) at = this.#licenses.get(at.mergedInto);
    return at;
  }

  licenseByCode(code: string): License | undefined {
    const id = this.#licensesByCode.get(code);
    return id === undefined ? undefined : this.#licenses.get(id);
  }

  /** The account's own Registration Keys that are no aliases. */
  registrationKeys(account: string): readonly RegistrationKey[] {
    return [...this.#keys.values()].filter((key) => key.account === account && key.aliasOf === null);
  }

  namedKey(code: string): NamedKey | undefined {
    const key = this.#keys.get(this.#keysByCode.get(code) ?? '');
    let active = key;
    while (active?.aliasOf) active = this.#keys.get(active.aliasOf);
    return key && active && { key, active };
  }

  /** What the rules need to know of the account that an order or registration names. */
  holdings(reseller: string, named: string | undefined, keep: readonly string[]): Holdings {
    const account = named === undefined ? undefined : this.survivor(named);
    return {
      reseller: this.reseller(reseller),
      account,
      licenses: account ? this.licenses(account.id) : [],
      registrationKeys: account ? this.registrationKeys(account.id) : [],
      kept: new Map(keep.flatMap((code) => this.#keptUnder(code))),
    };
  }

  /** Every Registration Key and Activation Code in the set. */
  codes(): readonly string[] {
    return [...this.#keysByCode.keys(), ...this.#licensesByCode.keys()];
  }

  /** The reseller that the account belonged to when the set was loaded. */
  ownerBefore(account: string): string | null | undefined {
    return this.#owners.get(account);
  }

  addAccount(account: Account): void {
    this.#accounts.set(account.id, account);
    this.#survivors.set(account.id, account.id);
    this.#new.accounts.add(account.id);
  }

  changeAccount(account: Account): void {
    this.#accounts.set(account.id, account);
    if (!this.#new.accounts.has(account.id)) this.#changed.accounts.add(account.id);
  }

  addKey(key: RegistrationKey, suiteSnapshot: string): void {
    this.#indexKey(key);
    this.#new.keys.set(key.id, suiteSnapshot);
  }

  changeKey(key: RegistrationKey): void {
    this.#keys.set(key.id, key);
    if (!this.#new.keys.has(key.id)) this.#changed.keys.add(key.id);
  }

  addLicense(license: License): void {
    this.#index(license);
    this.#new.licenses.add(license.id);
  }

  changeLicense(license: License): void {
    this.#licenses.set(license.id, license);
    if (!this.#new.licenses.has(license.id)) this.#changed.licenses.add(license.id);
  }

  addGrant(grant: Grant): void {
    this.#grants.push(grant);
  }

  addHold(hold: NewHold): void {
    this.#holds.push(hold);
  }

  /** All that changed since the set was made; certificates are the caller's, since their numbers are drawn last. */
  changes(): Omit<LedgerChanges, 'certificates'> {
    return {
      newAccounts: pick(this.#accounts, this.#new.accounts),
      changedAccounts: pick(this.#accounts, this.#changed.accounts),
      newRegistrationKeys: [...this.#new.keys].flatMap(
        ([id, suiteSnapshot]): readonly NewRegistrationKey[] => {
          const key = this.#keys.get(id);
          return key ? [{ ...key, suiteSnapshot }] : [];
        },
      ),
      changedRegistrationKeys: pick(this.#keys, this.#changed.keys),
      newLicenses: pick(this.#licenses, this.#new.licenses),
      changedLicenses: pick(this.#licenses, this.#changed.licenses),
      grants: this.#grants,
      holds: this.#holds,
    };
  }

  #keptUnder(code: string): readonly [string, License][] {
    const license = this.licenseByCode(code);
    const survivor = license && this.survivorOf(license);
    return survivor ? [[code, survivor]] : [];
  }

  #index(license: License): void {
    this.#licenses.set(license.id, license);
    this.#licensesByCode.set(license.activationCode, license.id);
    const ofAccount = this.#licensesByAccount.get(license.account) ?? new Set();
    this.#licensesByAccount.set(license.account, ofAccount.add(license.id));
  }

  #indexKey(key: RegistrationKey): void {
    this.#keys.set(key.id, key);
    this.#keysByCode.set(key.code, key.id);
  }
}

function pick<T>(all: ReadonlyMap<string, T>, ids: Iterable<string>): readonly T[] {
  return [...ids].flatMap((id) => all.get(id) ?? []);
}
