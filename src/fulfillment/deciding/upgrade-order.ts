import type { CertificateCustomer, CertificateLine } from '#src/domain/certificate-facts.ts';
import type { RegistrationKey } from '#src/domain/holdings.ts';
import { planUpgrade, type PlannedLine, type UpgradePlan } from '#src/domain/upgrading/plan-upgrade.ts';
import type { UpgradeOrder } from '#src/domain/upgrading/upgrade-order.ts';
import type { Case, Decided, DecidingContext } from '#src/fulfillment/deciding/decided.ts';
import { issueLicense, retainLicense } from '#src/fulfillment/deciding/grant-license.ts';
import { replacedCode, resolving } from '#src/fulfillment/deciding/replaced-codes.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';

/** Decides an order and, when it is to be fulfilled, does so in the working set: key, licenses, grants, certificate (rules §3). */
export function fulfilOrder(set: WorkingSet, order: Case<UpgradeOrder>, context: DecidingContext): Decided {
  const { approval } = order;
  const today = context.time.today;
  const content = { ...order.content, keep: resolving(set, order.content.keep, today) };
  const holdings = set.holdings(content.reseller, content.customer.account, [
    ...content.keep,
    ...approval.keep,
  ]);
  const decision = planUpgrade(content, holdings, context.catalog, today, approval);
  // What is wrong with the order itself is said first.
  const isOtherwise = decision.outcome === 'rejected' && decision.reason.code !== 'KEEP_NOT_A_CANDIDATE';
  const gone = isOtherwise ? undefined : replacedCode(set, content.keep, holdings.account?.id, today);
  if (gone) return { status: 'rejected', notes: [], reason: gone };
  if (decision.outcome === 'planned') return execute(set, order, decision.plan, context);
  return { status: decision.outcome, notes: [], reason: decision.reason };
}

function execute(
  set: WorkingSet,
  order: Case<UpgradeOrder>,
  plan: UpgradePlan,
  context: DecidingContext,
): Decided {
  const { content } = order;
  const { account, suite, reseller } = plan;
  if (account && account.reseller === null)
    set.changeAccount({ ...account, reseller: reseller.name, claimed: true });
  const customer: CertificateCustomer = { ...content.customer, account: account?.id ?? null };
  const key = plan.registrationKey ?? newKey(plan, order, customer);
  const version = plan.registrationKey ? key.certificate.version + 1 : 1;
  const certificate = { number: key.certificate.number, version };
  const { seats, validThrough, anchor } = plan;
  const { orderNumber, startsOn } = content;
  const figures = { seats, startsOn, validThrough, anchor, endedOn: null, endedBy: null };
  const keyNow = { ...key, ...figures, orderNumber, customer, certificate };
  if (plan.registrationKey) set.grantKey(keyNow, order.cause);
  else set.addKey(keyNow, snapshotOf(suite.code, context));
  const lines = plan.lines.map((line) => executeLine(set, order, plan, key.id, line));
  if (plan.registrationKey && account) openAgain(set, order, account.id, key.id);
  return {
    status: 'fulfilled',
    notes: plan.notes,
    certificates: [
      {
        series: key.id,
        number: key.certificate.number === '' ? undefined : key.certificate.number,
        version,
        facts: {
          kind: 'upgrade',
          issuedOn: context.time.today,
          reseller: reseller.name,
          orderNumber: content.orderNumber,
          customer,
          registrationKey: key.code,
          suite: { code: suite.code, name: key.suiteName },
          seats,
          startsOn,
          validThrough,
          lines,
        },
      },
    ],
  };
}

/** A further order is paid for anew: what its key gave to licenses that were merged away since, a registration may issue once more. */
function openAgain(set: WorkingSet, { cause }: Case<unknown>, account: string, key: string): void {
  for (const license of set.licenses(account)) {
    if (license.status !== 'merged' || !license.extendedBy.includes(key)) continue;
    const extendedBy = license.extendedBy.filter((id) => id !== key);
    set.grantLicense({ ...license, extendedBy }, cause, null);
  }
}

function executeLine(
  set: WorkingSet,
  order: Case<UpgradeOrder>,
  { account, reseller, seats, validThrough, anchor }: UpgradePlan,
  registrationKey: string,
  line: PlannedLine,
): CertificateLine {
  const { component } = line;
  const status = set.key(registrationKey)?.suspended === true ? 'suspended' : 'active';
  if (line.action === 'retained') return retainLicense(set, order, registrationKey, component, line.retained);
  if (line.action === 'issued' && account) {
    const given = {
      account: account.id,
      type: reseller.licenseType,
      seats,
      validThrough,
      anchor,
      status,
    } as const;
    return issueLicense(set, order, registrationKey, component, given);
  }
  return { component: component.name, pid: component.pid, action: line.action, notes: [] };
}

function newKey(
  plan: UpgradePlan,
  { content, issuer }: Case<UpgradeOrder>,
  customer: CertificateCustomer,
): RegistrationKey {
  return {
    ...issuer.key(plan.suite.rkPrefix),
    suite: plan.suite.code,
    suiteName: plan.suite.name,
    components: plan.suite.components,
    account: plan.account?.id ?? null,
    reseller: plan.reseller.name,
    orderNumber: content.orderNumber,
    customer,
    seats: plan.seats,
    startsOn: content.startsOn,
    validThrough: plan.validThrough,
    anchor: plan.anchor,
    aliasOf: null,
    suspended: false,
    endedOn: null,
    endedBy: null,
    grants: 1,
    certificate: { number: '', version: 1 },
  };
}

function snapshotOf(suite: string, { suiteSnapshots }: DecidingContext): string {
  const snapshot = suiteSnapshots.get(suite);
  if (snapshot === undefined)
    throw new Error(`The component list of suite ${suite} was not stored when the catalog was loaded.`);
  return snapshot;
}
