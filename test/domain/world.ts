import { noApproval, type Approval } from '#src/domain/approval.ts';
import { addDays } from '#src/domain/calendar.ts';
import type { Catalog } from '#src/domain/catalog.ts';
import { maskCode } from '#src/domain/code.ts';
import type { Account, RegistrationKey } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';
import type { MergeRequest } from '#src/domain/merging/merge-request.ts';
import type { Registration } from '#src/domain/upgrading/registration.ts';
import type { UpgradeOrder } from '#src/domain/upgrading/upgrade-order.ts';
import { decide } from '#src/fulfillment/deciding/decide.ts';
import type { Decided } from '#src/fulfillment/deciding/decided.ts';
import { freshIssuer } from '#src/fulfillment/deciding/issuer.ts';
import { mergeLicenses } from '#src/fulfillment/deciding/merge-request.ts';
import { fulfilRegistration } from '#src/fulfillment/deciding/registration.ts';
import { fulfilOrder } from '#src/fulfillment/deciding/upgrade-order.ts';
import { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';
import type { Grant } from '#src/persistence/ledger-changes.ts';
import { aCatalog, controlManager, officeScan, today, wfbs, wfbsService } from '#test/domain/examples.ts';

/** Both suites have WFBS-SVC, so that keys and merges meet in one family. */
const catalog: Catalog = {
  ...aCatalog(),
  suites: [
    {
      code: 'SPC',
      name: 'Smart Protection Complete',
      rkPrefix: 'SP',
      components: [officeScan, wfbs, wfbsService],
    },
    {
      code: 'SPX',
      name: 'Smart Protection Portal',
      rkPrefix: 'SX',
      components: [controlManager, wfbsService],
    },
  ],
};

/** What a message says, with the rule that it goes to. */
export type Said =
  | { readonly kind: 'order'; readonly content: UpgradeOrder }
  | { readonly kind: 'registration'; readonly content: Registration }
  | { readonly kind: 'merge'; readonly content: MergeRequest };

/** Everything that the ledger holds, frozen at a moment. */
export interface Snapshot {
  readonly accounts: readonly Account[];
  readonly licenses: readonly License[];
  /** The accounts' own keys, without aliases. */
  readonly keys: readonly RegistrationKey[];
}

/** Accounts, licenses and keys in memory, to which messages are applied one after the other, as a batch does it. */
export class World {
  readonly initial: readonly License[];
  today = today;
  readonly #set: WorkingSet;
  readonly #accounts: Set<string>;
  #messages = 0;

  constructor(accounts: readonly Account[], licenses: readonly License[]) {
    this.initial = licenses;
    this.#accounts = new Set(accounts.map(({ id }) => id));
    this.#set = new WorkingSet({
      survivors: new Map(),
      resellers: [
        { name: 'northwind', licenseType: 'reseller' },
        { name: 'contoso', licenseType: 'retail' },
      ],
      accounts,
      licenses,
      registrationKeys: [],
      retiredCodes: [],
    });
  }

  passDays(days: number): void {
    this.today = addDays(this.today, days);
  }

  /** Decides and carries out, under the approvals given. */
  apply(said: Said, approval: Approval = noApproval): Decided {
    this.#messages += 1;
    const id = `message-${this.#messages}`;
    const kind = said.kind;
    const now = `${this.today}T00:00:00.${String(this.#messages).padStart(6, '0')}Z`;
    const context = {
      catalog,
      suiteSnapshots: new Map([
        ['SPC', 'components'],
        ['SPX', 'components'],
      ]),
      time: { today: this.today, now },
    };
    const rest = {
      id,
      approval,
      cause: { kind, id },
      issuer: freshIssuer,
      acceptedOn: this.today,
      decideAgain: decide,
    };
    switch (said.kind) {
      case 'order':
        return fulfilOrder(this.#set, { ...rest, content: said.content }, context);
      case 'merge':
        return mergeLicenses(this.#set, { ...rest, content: said.content }, context);
      case 'registration': {
        if (said.content.newAccount) this.#accounts.add(said.content.newAccount.id);
        return fulfilRegistration(this.#set, { ...rest, content: said.content }, context);
      }
    }
  }

  /** Applies, approving every hold as it comes, the first candidate kept where a choice is needed. */
  applyApproving(said: Said): { readonly decided: Decided; readonly approved: ReadonlySet<string> } {
    const approved = new Set<string>();
    const keep: string[] = [];
    let decided = this.apply(said);
    // Eleven holds at most: seven codes, one of which may come again for each further family.
    for (let round = 0; decided.status === 'held' && round < 11; round += 1) {
      const { code, details } = decided.reason;
      const [first] = Array.isArray(details['candidates']) ? details['candidates'] : [];
      const chosen = this.now().licenses.find(({ activationCode }) => maskCode(activationCode) === first);
      keep.push(...(chosen ? [chosen.activationCode] : []));
      approved.add(code);
      decided = this.apply(said, { codes: approved, keep });
    }
    return { decided, approved };
  }

  now(): Snapshot {
    const ids = [...this.#accounts];
    return {
      accounts: ids.flatMap((id) => this.#set.account(id) ?? []),
      licenses: ids.flatMap((id) => this.#set.licenses(id)),
      keys: ids.flatMap((id) => this.#set.registrationKeys(id)),
    };
  }

  grants(): readonly Grant[] {
    return this.#set.changes().grants;
  }

  issued(): { readonly keys: readonly RegistrationKey[]; readonly licenses: readonly License[] } {
    const { newRegistrationKeys, newLicenses } = this.#set.changes();
    return { keys: newRegistrationKeys, licenses: newLicenses };
  }
}
