import { noApproval, type Approval } from '#src/domain/approval.ts';
import { termEnd, type CalendarDate } from '#src/domain/calendar.ts';
import { suiteByCode, type Catalog, type Suite, type SuiteComponent } from '#src/domain/catalog.ts';
import { maskCode } from '#src/domain/code.ts';
import { held, planned, rejected, type Decision, type Note } from '#src/domain/decision.ts';
import {
  belongsToAnother,
  isEnded,
  licensesKept,
  type Account,
  type Holdings,
  type RegistrationKey,
  type Reseller,
} from '#src/domain/holdings.ts';
import { laterEnd, type AnchoredEnd } from '#src/domain/lifecycle/anchor.ts';
import {
  candidatesOf,
  planComponent,
  type ComponentHold,
  type ComponentRequest,
  type RetainedLicense,
} from '#src/domain/upgrading/plan-component.ts';
import { termNotes, type PresentEnd } from '#src/domain/upgrading/term-notes.ts';
import type { UpgradeOrder } from '#src/domain/upgrading/upgrade-order.ts';

/** What fulfilling an order does: one Registration Key, and a line for each component of its suite. */
export interface UpgradePlan {
  readonly account: Account | undefined;
  readonly reseller: Reseller;
  readonly suite: Suite;
  /** The key that lives on with the new seats and end; undefined: a new one is issued. */
  readonly registrationKey: RegistrationKey | undefined;
  readonly seats: number;
  readonly validThrough: CalendarDate;
  /** The day that the term of that end is counted from; null when the order named the end itself. */
  readonly anchor: CalendarDate | null;
  readonly lines: readonly PlannedLine[];
  readonly notes: readonly Note[];
}

/** `retained` carries what the license becomes, `issued` gets a fresh code, the others get nothing now. */
export type PlannedLine =
  | { readonly action: 'retained'; readonly component: SuiteComponent; readonly retained: RetainedLicense }
  | { readonly action: 'issued' | 'awaiting-registration' | 'available'; readonly component: SuiteComponent };

export type UpgradeRejection =
  | 'UNKNOWN_SUITE'
  | 'UNKNOWN_RESELLER'
  | 'UNKNOWN_ACCOUNT'
  | 'TERM_ALREADY_OVER'
  | 'KEEP_NOT_A_CANDIDATE'
  | 'LICENSE_REVOKED';

export type UpgradeHold = ComponentHold | 'ACCOUNT_OF_ANOTHER_RESELLER';

/** Decides an upgrade order (rules §3): the first check that fails decides. */
export function planUpgrade(
  order: UpgradeOrder,
  holdings: Holdings,
  catalog: Catalog,
  today: CalendarDate,
  approval: Approval = noApproval,
): Decision<UpgradePlan, UpgradeRejection, UpgradeHold> {
  const suite = suiteByCode(catalog, order.suite);
  const { reseller, account } = holdings;
  if (!suite)
    return rejected('UNKNOWN_SUITE', `The catalog has no suite "${order.suite}".`, { suite: order.suite });
  if (!reseller) {
    return rejected('UNKNOWN_RESELLER', `There is no reseller "${order.reseller}".`, {
      reseller: order.reseller,
    });
  }
  const named = order.customer.account;
  if (named !== undefined && !account) {
    return rejected('UNKNOWN_ACCOUNT', `There is no account "${named}".`, { account: named });
  }
  const ordered = endOrdered(order);
  const endsOn = ordered.validThrough;
  if (endsOn < today) {
    return rejected('TERM_ALREADY_OVER', `The term ended on ${endsOn}, before today.`, {
      validThrough: endsOn,
      today,
    });
  }
  if (
    account &&
    belongsToAnother(account, reseller.name) &&
    !approval.codes.has('ACCOUNT_OF_ANOTHER_RESELLER')
  ) {
    // By the name that the order gave: an account merged into another's tells its reseller nothing of that one.
    return held('ACCOUNT_OF_ANOTHER_RESELLER', `The account "${named}" belongs to another reseller.`, {
      account: named,
    });
  }
  const key = holdings.registrationKeys.find(
    (candidate) => candidate.suite === suite.code && !isEnded(candidate, today),
  );
  const components = key?.components ?? suite.components;
  const keep = [...order.keep, ...approval.keep];
  const stray = keep.find((code) => !namesACandidate(code, components, holdings, today));
  if (stray !== undefined) {
    return rejected(
      'KEEP_NOT_A_CANDIDATE',
      `"keep" names ${maskCode(stray)}, which no component of the suite could retain.`,
      {
        activationCode: maskCode(stray),
      },
    );
  }
  const { validThrough, anchor } = key ? laterEnd(key, ordered) : ordered;
  const lines = planLines(components, holdings, today, order.register ? 'issued' : 'awaiting-registration', {
    seats: order.seats,
    suiteEndsOn: validThrough,
    anchor,
    neverLower: false,
    allowFewerSeats: order.allowFewerSeats,
    keep: licensesKept(order.keep, holdings),
    approvedKeep: licensesKept(approval.keep, holdings),
    laterDate: catalog.policies.upgrade.laterDate,
    approval,
  });
  if (lines.outcome !== 'planned') return lines;
  return planned({
    account,
    reseller,
    suite: { ...suite, components },
    registrationKey: key,
    seats: order.seats,
    validThrough,
    anchor,
    lines: lines.plan,
    notes: [
      ...redirections(named, keep, holdings),
      ...termNotes(order.startsOn, endsOn, presentEnds(lines.plan, key), today),
    ],
  });
}

/** The end that the order asks for: of its term, or the date that it names in place of one. */
function endOrdered({ startsOn, term, validThrough }: UpgradeOrder): AnchoredEnd {
  if (term !== undefined) return { validThrough: termEnd(startsOn, term), anchor: startsOn };
  return { validThrough: validThrough ?? startsOn, anchor: null };
}

function planLines(
  components: readonly SuiteComponent[],
  holdings: Holdings,
  today: CalendarDate,
  newAction: 'issued' | 'awaiting-registration',
  request: ComponentRequest,
): Decision<readonly PlannedLine[], 'LICENSE_REVOKED', ComponentHold> {
  const lines: PlannedLine[] = [];
  for (const component of components) {
    const decision = planComponent(component, holdings.licenses, request, today);
    if (decision.outcome !== 'planned') return decision;
    lines.push(
      decision.plan
        ? { action: 'retained', component, retained: decision.plan }
        : { action: newAction, component },
    );
  }
  return planned(lines);
}

/** The ends that the order moves. Trial time is dropped and counts for nothing; where no product is extended yet, the key is. */
function presentEnds(lines: readonly PlannedLine[], key: RegistrationKey | undefined): readonly PresentEnd[] {
  const products = lines.flatMap((line) =>
    line.action === 'retained' && line.retained.license.edition === 'full'
      ? [{ name: line.component.name, validThrough: line.retained.license.validThrough }]
      : [],
  );
  if (products.length > 0 || !key) return products;
  return [{ name: 'The Registration Key', validThrough: key.validThrough }];
}

function namesACandidate(
  code: string,
  components: readonly SuiteComponent[],
  holdings: Holdings,
  today: CalendarDate,
): boolean {
  const license = holdings.kept.get(code);
  return (
    license !== undefined &&
    components.some((component) =>
      candidatesOf(component.pid, holdings.licenses, today).some(({ id }) => id === license.id),
    )
  );
}

/** Says of what the order names that has been merged, which survivor stands for it now (rules §5.4). */
export function redirections(
  named: string | undefined,
  keep: readonly string[],
  holdings: Holdings,
): readonly Note[] {
  const notes: Note[] = [];
  if (named !== undefined && holdings.account && holdings.account.id !== named) {
    const { account, reseller } = holdings;
    const into = reseller && belongsToAnother(account, reseller.name) ? 'another account' : `"${account.id}"`;
    notes.push({ code: 'ACCOUNT_REDIRECTED', message: `The account "${named}" was merged into ${into}.` });
  }
  for (const code of keep) {
    const license = holdings.kept.get(code);
    if (license && license.activationCode !== code) {
      const message = `${maskCode(code)} was merged into ${maskCode(license.activationCode)}.`;
      notes.push({ code: 'ACCOUNT_REDIRECTED', message });
    }
  }
  return notes;
}
