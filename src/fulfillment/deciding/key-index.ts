import type { RegistrationKey } from '#src/domain/holdings.ts';

/** The Registration Keys of a working set, by their id, code and account: no look-up grows with the number of keys. */
export class KeyIndex {
  readonly #byId = new Map<string, RegistrationKey>();
  readonly #idsByCode = new Map<string, string>();
  readonly #idsByAccount = new Map<string, Set<string>>();

  get(id: string): RegistrationKey | undefined {
    return this.#byId.get(id);
  }

  idOf(code: string): string | undefined {
    return this.#idsByCode.get(code);
  }

  /** The account's own that are no aliases. */
  ofAccount(account: string): readonly RegistrationKey[] {
    return [...(this.#idsByAccount.get(account) ?? [])].flatMap((id) => {
      const key = this.#byId.get(id);
      return key?.aliasOf === null ? [key] : [];
    });
  }

  all(): ReadonlyMap<string, RegistrationKey> {
    return this.#byId;
  }

  codes(): Iterable<string> {
    return this.#idsByCode.keys();
  }

  /** Adds a key, or replaces what is known of it; an old code of it no longer finds it. */
  set(key: RegistrationKey): void {
    const before = this.#byId.get(key.id);
    this.#byId.set(key.id, key);
    if (before?.code !== key.code) {
      if (before) this.#idsByCode.delete(before.code);
      this.#idsByCode.set(key.code, key.id);
    }
    if (before?.account === key.account) return;
    if (before?.account) this.#idsByAccount.get(before.account)?.delete(key.id);
    if (key.account === null) return;
    const ids = this.#idsByAccount.get(key.account) ?? new Set();
    this.#idsByAccount.set(key.account, ids.add(key.id));
  }
}
