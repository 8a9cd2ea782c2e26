import { noApproval, type Approval } from '#src/domain/approval.ts';
import type { CalendarDate } from '#src/domain/calendar.ts';
import type { Catalog, SuiteComponent } from '#src/domain/catalog.ts';
import { maskCode } from '#src/domain/code.ts';
import { planned, rejected, type Decision, type Note } from '#src/domain/decision.ts';
import {
  belongsToAnother,
  isEnded,
  licensesKept,
  type Account,
  type Holdings,
  type RegistrationKey,
  type Reseller,
} from '#src/domain/holdings.ts';
import { isProductId, productFamily, type License } from '#src/domain/license.ts';
import { laterEnd } from '#src/domain/lifecycle/anchor.ts';
import { replaced, type RetiredCode } from '#src/domain/lifecycle/change-target.ts';
import {
  candidatesOf,
  planComponent,
  type ComponentHold,
  type ComponentRequest,
} from '#src/domain/upgrading/plan-component.ts';
import { redirections, type PlannedLine } from '#src/domain/upgrading/plan-upgrade.ts';
import type { NewAccount, Registration } from '#src/domain/upgrading/registration.ts';

/** What a registration does: binds the key to the account, extends what is owned, issues what was selected. */
export interface RegistrationPlan {
  readonly account: Account | undefined;
  readonly newAccount: NewAccount | undefined;
  readonly reseller: Reseller;
  /** The key that the registration works on: the one named, or the older one that it is (or becomes) an alias of. */
  readonly registrationKey: RegistrationKey;
  /** The key named, when it becomes an alias of `registrationKey` now. */
  readonly becomesAlias: RegistrationKey | undefined;
  /** The key as the message names it: what extends a license is counted for this one. */
  readonly named: RegistrationKey;
  readonly seats: number;
  readonly validThrough: CalendarDate;
  readonly anchor: CalendarDate | null;
  readonly lines: readonly (PlannedLine | OwnedLine)[];
  readonly notes: readonly Note[];
}

/** A component that stays exactly as it is: extended by this key before (`retained`), or issued for it (`issued`). */
export interface OwnedLine {
  readonly action: 'unchanged';
  readonly component: SuiteComponent;
  readonly license: License;
  readonly as: 'retained' | 'issued';
}

export type RegistrationRejection =
  | 'UNKNOWN_REGISTRATION_KEY'
  | 'REGISTRATION_KEY_OF_ANOTHER_ACCOUNT'
  | 'UNKNOWN_ACCOUNT'
  | 'ACCOUNT_EXISTS'
  | 'NOT_IN_SUITE'
  | 'LICENSE_REVOKED'
  | 'CODE_REPLACED'
  | 'KEY_ENDED';

/** What is known about the key that a registration names. */
export interface NamedKey {
  readonly key: RegistrationKey;
  /** The key itself, or the one that it is an alias of. */
  readonly active: RegistrationKey;
  /** When the code that is named was replaced since. */
  readonly retired?: RetiredCode | undefined;
}

/** Decides a registration (rules §4). Repeating it selects further products and leaves what was issued as it is. */
export function planRegistration(
  registration: Registration,
  named: NamedKey | undefined,
  holdings: Holdings,
  catalog: Catalog,
  today: CalendarDate,
  approval: Approval = noApproval,
): Decision<RegistrationPlan, RegistrationRejection, ComponentHold> {
  const { reseller, account } = holdings;
  if (!reseller || !named || named.key.reseller !== reseller.name) {
    const code = maskCode(registration.registrationKey);
    return rejected('UNKNOWN_REGISTRATION_KEY', `There is no Registration Key ${code}.`, {
      registrationKey: code,
    });
  }
  const gone = replaced(named.retired, 'registrationKey', today);
  if (gone) return gone;
  const wanted = registration.newAccount?.id ?? registration.account;
  if (named.active.account !== null && named.active.account !== (account?.id ?? wanted)) {
    return rejected(
      'REGISTRATION_KEY_OF_ANOTHER_ACCOUNT',
      'The Registration Key is registered to another account.',
    );
  }
  if (registration.newAccount) {
    if (account)
      return rejected('ACCOUNT_EXISTS', `The account "${wanted}" exists; register with "account".`, {
        account: wanted,
      });
  } else if (!account || !mayRegisterFor(account, named.active, reseller)) {
    return rejected('UNKNOWN_ACCOUNT', `There is no account "${wanted}".`, { account: wanted });
  }
  if (isEnded(named.active, today)) {
    const code = maskCode(named.active.code);
    return rejected('KEY_ENDED', `Registration Key ${code} has ended; order the suite again.`, {
      registrationKey: code,
      endedOn: named.active.endedOn,
    });
  }
  const older = holdings.registrationKeys.find(
    (key) => key.suite === named.active.suite && key.id !== named.active.id && !isEnded(key, today),
  );
  const key = older ?? named.active;
  const strangers = (registration.select ?? []).filter((choice) => !componentChosen(key.components, choice));
  if (strangers.length > 0) {
    return rejected(
      'NOT_IN_SUITE',
      `${key.suiteName} has no component ${strangers.map((name) => `"${name}"`).join(', ')}.`,
      {
        select: strangers,
      },
    );
  }
  const seats = Math.max(key.seats, named.active.seats);
  const { validThrough, anchor } = laterEnd(key, named.active);
  const lines = planLines(registration, named.key, key, holdings.licenses, today, {
    seats,
    suiteEndsOn: validThrough,
    anchor,
    neverLower: true,
    allowFewerSeats: false,
    keep: new Set(),
    approvedKeep: licensesKept(approval.keep, holdings),
    laterDate: catalog.policies.upgrade.laterDate,
    approval,
  });
  if (lines.outcome !== 'planned') return lines;
  const alias = older
    ? [
        {
          code: 'REGISTRATION_KEY_ALIAS',
          message: `The key stands for ${maskCode(older.code)} of the same account now.`,
        } as const,
      ]
    : [];
  return planned({
    account,
    newAccount: registration.newAccount,
    reseller,
    registrationKey: key,
    becomesAlias: older ? named.active : undefined,
    named: named.key,
    seats,
    validThrough,
    anchor,
    lines: lines.plan,
    notes: [...redirections(registration.account, [], holdings), ...alias],
  });
}

function planLines(
  registration: Registration,
  named: RegistrationKey,
  key: RegistrationKey,
  licenses: readonly License[],
  today: CalendarDate,
  request: ComponentRequest,
): Decision<readonly (PlannedLine | OwnedLine)[], 'LICENSE_REVOKED', ComponentHold> {
  const selected = registration.select?.map((choice) => componentChosen(key.components, choice));
  const lines: (PlannedLine | OwnedLine)[] = [];
  for (const component of key.components) {
    const owned = alreadyServed(component, named, key, licenses, today);
    if (owned) {
      lines.push(owned);
      continue;
    }
    const decision = planComponent(component, licenses, request, today);
    if (decision.outcome !== 'planned') return decision;
    if (decision.plan) lines.push({ action: 'retained', component, retained: decision.plan });
    else
      lines.push({ action: !selected || selected.includes(component) ? 'issued' : 'available', component });
  }
  return planned(lines);
}

/**
 * The component's license when this key issued or extended it before: a registration leaves it as it is. That holds as well for one that
 * was merged into another account's: what the key gave lives on there, and is not given a second time.
 */
function alreadyServed(
  component: SuiteComponent,
  named: RegistrationKey,
  key: RegistrationKey,
  licenses: readonly License[],
  today: CalendarDate,
): OwnedLine | undefined {
  const served = licenses.filter(({ extendedBy }) => extendedBy.includes(named.id));
  const mergedAway = served.find(
    ({ pid, status }) => status === 'merged' && productFamily(pid) === productFamily(component.pid),
  );
  const license = candidatesOf(component.pid, served, today).at(0) ?? mergedAway;
  return (
    license && {
      action: 'unchanged',
      component,
      license,
      as: license.registrationKey === key.id ? 'issued' : 'retained',
    }
  );
}

function componentChosen(components: readonly SuiteComponent[], choice: string): SuiteComponent | undefined {
  return (
    components.find((component) => component.name === choice) ??
    components.find(({ pid }) => isProductId(choice) && productFamily(pid) === productFamily(choice))
  );
}

/** A key that came to another reseller's account by a merge can still be registered by the reseller who sold it (rules §5.4). */
function mayRegisterFor(account: Account, key: RegistrationKey, reseller: Reseller): boolean {
  return !belongsToAnother(account, reseller.name) || key.account === account.id;
}
