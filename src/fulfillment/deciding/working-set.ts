import type { Account, Holdings, RegistrationKey, Reseller } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';
import type { RetiredCode } from '#src/domain/lifecycle/change-target.ts';
import type { NamedKey } from '#src/domain/upgrading/plan-registration.ts';
import { CollectedChanges, type Cause } from '#src/fulfillment/deciding/collected-changes.ts';
import { KeyIndex } from '#src/fulfillment/deciding/key-index.ts';
import type { LoadedLedger } from '#src/fulfillment/deciding/loaded-ledger.ts';
import type {
  LedgerChanges,
  LicenseSeries,
  NewRetiredCode,
  NewReversal,
} from '#src/persistence/ledger-changes.ts';
import type { RetiredCodeRow } from '#src/persistence/retired-codes.ts';

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
  readonly #keys = new KeyIndex();
  readonly #collected = new CollectedChanges();
  readonly #retired: Map<string, RetiredCodeRow>;

  constructor(loaded: LoadedLedger) {
    this.#survivors = new Map(loaded.survivors);
    this.#resellers = new Map(loaded.resellers.map((reseller) => [reseller.name, reseller]));
    this.#accounts = new Map(loaded.accounts.map((account) => [account.id, account]));
    this.#owners = new Map(loaded.accounts.map(({ id, reseller }) => [id, reseller]));
    this.#licenses = new Map();
    for (const license of loaded.licenses) this.#index(license);
    for (const key of loaded.registrationKeys) this.#keys.set(key);
    this.#retired = new Map(loaded.retiredCodes.map((row) => [row.code, row]));
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

  /** By its code, or by one that was replaced: whether that still resolves, `retiredCode` tells. */
  licenseByCode(code: string): License | undefined {
    const id = this.#licensesByCode.get(code) ?? this.#retired.get(code)?.license;
    return id === undefined || id === null ? undefined : this.#licenses.get(id);
  }

  /** What became of a code that was replaced; undefined for one that was not. */
  retiredCode(code: string): RetiredCode | undefined {
    const row = this.#retired.get(code);
    if (!row) return undefined;
    const newest =
      row.license === null
        ? this.#keys.get(row.registrationKey ?? '')?.code
        : this.#licenses.get(row.license)?.activationCode;
    return newest === undefined ? undefined : { code, newest, until: row.until };
  }

  allKeys(): readonly RegistrationKey[] {
    return [...this.#keys.all().values()];
  }

  key(id: string): RegistrationKey | undefined {
    return this.#keys.get(id);
  }

  /** The keys that stand for this one, as far as they were loaded. */
  aliasesOf(id: string): readonly RegistrationKey[] {
    return [...this.#keys.all().values()].filter(({ aliasOf }) => aliasOf === id);
  }

  /** Every license that the key, or an alias of it, has given something to. */
  servedBy(key: RegistrationKey): readonly License[] {
    const ids = new Set([key.id, ...this.aliasesOf(key.id).map(({ id }) => id)]);
    return [...this.#licenses.values()].filter(({ extendedBy }) => extendedBy.some((id) => ids.has(id)));
  }

  /** The account's own Registration Keys that are no aliases. */
  registrationKeys(account: string): readonly RegistrationKey[] {
    return this.#keys.ofAccount(account);
  }

  namedKey(code: string): NamedKey | undefined {
    const id = this.#keys.idOf(code) ?? this.#retired.get(code)?.registrationKey;
    const key = this.#keys.get(id ?? '');
    let active = key;
    while (active?.aliasOf) active = this.#keys.get(active.aliasOf);
    const retired = this.retiredCode(code);
    return key && active && { key, active, ...(retired && { retired }) };
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
    return [...this.#keys.codes(), ...this.#licensesByCode.keys()];
  }

  /** The reseller that the account belonged to when the set was loaded. */
  ownerBefore(account: string): string | null | undefined {
    return this.#owners.get(account);
  }

  addAccount(account: Account): void {
    this.#accounts.set(account.id, account);
    this.#survivors.set(account.id, account.id);
    this.#collected.newAccount(account.id);
  }

  changeAccount(account: Account): void {
    this.#accounts.set(account.id, account);
    this.#collected.changedAccount(account.id);
  }

  addKey(key: RegistrationKey, suiteSnapshot: string): void {
    this.#keys.set(key);
    this.#collected.newKey(key.id, suiteSnapshot);
  }

  /** Changes a key, and writes the change down as a grant; once per message, whatever a message does to it. */
  grantKey(key: RegistrationKey, cause: Cause): RegistrationKey {
    const after = this.#collected.grantKey(key, this.#keys.get(key.id), cause);
    this.#keys.set(after);
    return after;
  }

  /** Changes what of a key no grant speaks of: the version of its certificate. */
  changeKey(key: RegistrationKey): void {
    this.#keys.set(key);
    this.#collected.changedKey(key.id);
  }

  /** @param cause with the id of the key that it is issued for */
  addLicense(license: License, cause: Cause): void {
    this.#index(license);
    this.#collected.newLicense(license, cause);
  }

  /** Changes a license, and writes the change down as a grant; once per message. */
  grantLicense(license: License, cause: Cause, registrationKey: string | null): void {
    const grants = this.#licenses.get(license.id)?.grants ?? 0;
    this.#licenses.set(license.id, this.#collected.grantLicense(license, grants, cause, registrationKey));
  }

  /** Gives a license a new code; the old one is remembered, and resolves until the day that is named. */
  recodeLicense(license: License, code: string, replacedBy: string, until: string | null): License {
    const after = { ...license, activationCode: code };
    const gone = { code: license.activationCode, license: license.id, registrationKey: null };
    this.#retire({ ...gone, replacedBy, resolvesUntil: until });
    this.#licensesByCode.delete(license.activationCode);
    this.#index(after);
    return after;
  }

  recodeKey(key: RegistrationKey, code: string, replacedBy: string, until: string | null): RegistrationKey {
    const after = { ...key, code };
    const gone = { code: key.code, license: null, registrationKey: key.id };
    this.#retire({ ...gone, replacedBy, resolvesUntil: until });
    this.#keys.set(after);
    return after;
  }

  /** Marks a license, whose grant says that it is revoked, as revoked by a return: it never counts again. */
  markRevoked(license: string): void {
    this.#collected.revoked(license);
  }

  addReversal(reversal: NewReversal): void {
    this.#collected.reversal(reversal);
  }

  /** The newest certificate of the license's own changes that was written here; undefined: none was. */
  licenseSeries(license: string): LicenseSeries | undefined {
    return this.#collected.seriesOf(license);
  }

  setLicenseSeries(series: LicenseSeries): void {
    this.#collected.licenseSeries(series);
  }

  /** All that changed since the set was made; certificates and holds are the caller's. */
  changes(): Omit<LedgerChanges, 'certificates' | 'holds'> {
    return this.#collected.written(this.#accounts, this.#keys.all(), this.#licenses);
  }

  #keptUnder(code: string): readonly [string, License][] {
    const license = this.licenseByCode(code);
    const survivor = license && this.survivorOf(license);
    return survivor ? [[code, survivor]] : [];
  }

  #retire(retired: NewRetiredCode): void {
    const { code, license, registrationKey, resolvesUntil: until } = retired;
    this.#retired.set(code, { code, license, registrationKey, until, keyCode: null });
    if (license !== null) this.#collected.recoded('licenses', license, retired);
    if (registrationKey !== null) this.#collected.recoded('keys', registrationKey, retired);
  }

  #index(license: License): void {
    this.#licenses.set(license.id, license);
    this.#licensesByCode.set(license.activationCode, license.id);
    const ofAccount = this.#licensesByAccount.get(license.account) ?? new Set();
    this.#licensesByAccount.set(license.account, ofAccount.add(license.id));
  }
}
