import type { Account } from '#src/domain/holdings.ts';
import { judgeHolding, type Holding, type ImportedHolding } from '#src/domain/importing/judge-holding.ts';
import type { License } from '#src/domain/license.ts';
import { newId } from '#src/mechanisms/new-id.ts';
import type { Transaction } from '#src/persistence/database.ts';
import {
  findImportedHoldings,
  recordImportedHoldings,
  updateImportedAccounts,
  updateImportedLicenses,
} from '#src/persistence/holdings-import.ts';
import { grantOf, writeLedgerChanges, type Grant } from '#src/persistence/ledger-changes.ts';
import { findAccounts, findLicensesByCode, findResellers } from '#src/persistence/ledger.ts';
import { lock } from '#src/persistence/locks.ts';
import { findRetiredCodes } from '#src/persistence/retired-codes.ts';

/** One call of the command: the cause of its grants. */
export interface HoldingsRun {
  readonly id: string;
  /** The database's time, as `timestamptz` text. */
  readonly begunAt: string;
}

/** What became of a row; `id` is that of its license. */
export interface HoldingOutcome {
  readonly result: 'accepted' | 'repeat' | 'conflict' | 'invalid';
  readonly id?: string;
  readonly message?: string;
}

/**
 * Imports rows in their order under the locks of their accounts, with a fixed number of statements. Rows of one batch see each other.
 * @returns what became of each, in the order given
 */
export async function importHoldingsBatch(
  tx: Transaction,
  rows: readonly Holding[],
  run: HoldingsRun,
): Promise<readonly HoldingOutcome[]> {
  const accountIds = unique(rows.map(({ account }) => account));
  const codes = unique(rows.map(({ activationCode }) => activationCode));
  await lock(tx, { accounts: accountIds });
  const batch = new Batch(run, {
    resellers: await findResellers(tx, unique(rows.flatMap(({ reseller }) => reseller ?? []))),
    accounts: await findAccounts(tx, accountIds),
    licenses: await findLicensesByCode(tx, codes),
    imported: await findImportedHoldings(tx, codes, run.begunAt),
  });
  const replaced = new Set((await findRetiredCodes(tx, codes)).map(({ code }) => code));
  const outcomes = rows.map((row) => (replaced.has(row.activationCode) ? codeReplaced : batch.take(row)));
  await batch.write(tx);
  return outcomes;
}

const codeReplaced: HoldingOutcome = {
  result: 'conflict',
  message: 'CODE_REPLACED: the Activation Code was replaced by a new one since',
};

interface Loaded {
  readonly resellers: readonly { readonly name: string }[];
  readonly accounts: readonly Account[];
  readonly licenses: readonly License[];
  readonly imported: readonly ImportedHolding[];
}

class Batch {
  readonly #run: HoldingsRun;
  readonly #resellers: ReadonlySet<string>;
  readonly #accounts: Map<string, Account>;
  readonly #licenses: Map<string, License>;
  readonly #imported: Map<string, ImportedHolding>;
  readonly #known: { readonly accounts: ReadonlySet<string>; readonly licenses: ReadonlySet<string> };
  readonly #touchedAccounts = new Set<string>();
  readonly #touchedCodes = new Set<string>();
  readonly #grants: Grant[] = [];

  constructor(run: HoldingsRun, { resellers, accounts, licenses, imported }: Loaded) {
    this.#run = run;
    this.#resellers = new Set(resellers.map(({ name }) => name));
    this.#accounts = new Map(accounts.map((account) => [account.id, account]));
    this.#licenses = new Map(licenses.map((license) => [license.activationCode, license]));
    this.#imported = new Map(imported.map((holding) => [holding.activationCode, holding]));
    this.#known = {
      accounts: new Set(this.#accounts.keys()),
      licenses: new Set(this.#licenses.keys()),
    };
  }

  take(row: Holding): HoldingOutcome {
    const { activationCode, fingerprint } = row;
    const before = this.#licenses.get(activationCode);
    const verdict = judgeHolding(row, {
      account: this.#accounts.get(row.account),
      license: before,
      imported: this.#imported.get(activationCode),
      resellers: this.#resellers,
    });
    if (verdict.result !== 'accepted') return { ...verdict, ...(before && { id: before.id }) };
    const license = licenseOf(row, before);
    this.#accounts.set(row.account, verdict.account);
    this.#licenses.set(activationCode, license);
    this.#imported.set(activationCode, {
      activationCode,
      fingerprint,
      grants: license.grants,
      thisRun: true,
    });
    this.#touchedAccounts.add(row.account);
    this.#touchedCodes.add(activationCode);
    if (license.grants !== before?.grants)
      this.#grants.push(grantOf(license, { kind: 'import', id: this.#run.id }, null));
    return { result: 'accepted', id: license.id, ...(verdict.message && { message: verdict.message }) };
  }

  async write(tx: Transaction): Promise<void> {
    const accounts = [...this.#touchedAccounts].flatMap((id) => this.#accounts.get(id) ?? []);
    const licenses = [...this.#touchedCodes].flatMap((code) => this.#licenses.get(code) ?? []);
    const isKnownAccount = ({ id }: Account): boolean => this.#known.accounts.has(id);
    const isKnownLicense = ({ activationCode }: License): boolean => this.#known.licenses.has(activationCode);
    await updateImportedAccounts(tx, accounts.filter(isKnownAccount));
    await updateImportedLicenses(tx, licenses.filter(isKnownLicense));
    await writeLedgerChanges(tx, {
      newAccounts: accounts.filter((account) => !isKnownAccount(account)),
      newLicenses: licenses.filter((license) => !isKnownLicense(license)),
      grants: this.#grants,
    });
    await recordImportedHoldings(
      tx,
      [...this.#touchedCodes].flatMap((code) => this.#imported.get(code) ?? []),
    );
  }
}

/** The license as the row says; with one grant more when that is a change of the license. */
function licenseOf(row: Holding, before: License | undefined): License {
  const { account, activationCode, pid, type, edition, status, seats, validThrough } = row;
  const said = { pid, type, edition, status, seats, validThrough };
  if (!before) {
    const none = {
      mergedInto: null,
      registrationKey: null,
      extendedBy: [],
      grants: 1,
      anchor: null,
      revokedBy: null,
    };
    return { id: newId(), account, activationCode, ...said, ...none };
  }
  const isChange =
    before.pid !== pid ||
    before.type !== type ||
    before.edition !== edition ||
    before.status !== status ||
    before.seats !== seats ||
    before.validThrough !== validThrough;
  const anchor = before.validThrough === validThrough ? before.anchor : null;
  return { ...before, ...said, anchor, grants: before.grants + (isChange ? 1 : 0) };
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
