import { newId } from '#src/mechanisms/new-id.ts';
import type { CertificateCustomer, CertificateLine } from '#src/domain/certificate-facts.ts';
import type { RegistrationKey } from '#src/domain/holdings.ts';
import { planUpgrade, type PlannedLine, type UpgradePlan } from '#src/domain/upgrading/plan-upgrade.ts';
import type { UpgradeOrder } from '#src/domain/upgrading/upgrade-order.ts';
import type { Case, Decided, DecidingContext } from '#src/fulfillment/deciding/decided.ts';
import { drawCode } from '#src/fulfillment/deciding/draw-code.ts';
import { issueLicense, retainLicense } from '#src/fulfillment/deciding/grant-license.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';

/** Decides an order and, when it is to be fulfilled, does so in the working set: key, licenses, grants, certificate (licensing §3). */
export function fulfilOrder(set: WorkingSet, order: Case<UpgradeOrder>, context: DecidingContext): Decided {
  const { content, approval } = order;
  const holdings = set.holdings(content.reseller, content.customer.account, [
    ...content.keep,
    ...approval.keep,
  ]);
  const decision = planUpgrade(content, holdings, context.catalog, context.time.today, approval);
  if (decision.outcome !== 'planned') return { status: decision.outcome, notes: [], reason: decision.reason };
  return execute(set, order, decision.plan, context);
}

function execute(
  set: WorkingSet,
  order: Case<UpgradeOrder>,
  plan: UpgradePlan,
  context: DecidingContext,
): Decided {
  const { content } = order;
  const { account, suite, reseller } = plan;
  if (account && account.reseller === null) set.changeAccount({ ...account, reseller: reseller.name });
  const customer: CertificateCustomer = { ...content.customer, account: account?.id ?? null };
  const key = plan.registrationKey ?? newKey(plan, content, customer);
  const version = plan.registrationKey ? key.certificate.version + 1 : 1;
  const certificate = { number: key.certificate.number, version };
  const { seats, validThrough } = plan;
  const { startsOn } = content;
  const keyNow = {
    ...key,
    seats,
    startsOn,
    validThrough,
    orderNumber: content.orderNumber,
    customer,
    certificate,
  };
  if (plan.registrationKey) set.changeKey(keyNow);
  else set.addKey(keyNow, snapshotOf(suite.code, context));
  const lines = plan.lines.map((line) => executeLine(set, order, plan, key.id, line));
  if (plan.registrationKey && account) openAgain(set, account.id, key.id);
  return {
    status: 'fulfilled',
    notes: plan.notes,
    certificate: {
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
  };
}

/** A further order is paid for anew: what its key gave to licenses that were merged away since, a registration may issue once more. */
function openAgain(set: WorkingSet, account: string, key: string): void {
  for (const license of set.licenses(account)) {
    if (license.status !== 'merged' || !license.extendedBy.includes(key)) continue;
    set.changeLicense({ ...license, extendedBy: license.extendedBy.filter((id) => id !== key) });
  }
}

function executeLine(
  set: WorkingSet,
  order: Case<UpgradeOrder>,
  { account, reseller, seats, validThrough }: UpgradePlan,
  registrationKey: string,
  line: PlannedLine,
): CertificateLine {
  const { component } = line;
  if (line.action === 'retained') return retainLicense(set, order, registrationKey, component, line.retained);
  if (line.action === 'issued' && account) {
    const given = { account: account.id, type: reseller.licenseType, seats, validThrough };
    return issueLicense(set, order, registrationKey, component, given);
  }
  return { component: component.name, pid: component.pid, action: line.action, notes: [] };
}

function newKey(plan: UpgradePlan, order: UpgradeOrder, customer: CertificateCustomer): RegistrationKey {
  return {
    id: newId(),
    code: drawCode('registration-key', plan.suite.rkPrefix),
    suite: plan.suite.code,
    suiteName: plan.suite.name,
    components: plan.suite.components,
    account: plan.account?.id ?? null,
    reseller: plan.reseller.name,
    orderNumber: order.orderNumber,
    customer,
    seats: plan.seats,
    startsOn: order.startsOn,
    validThrough: plan.validThrough,
    aliasOf: null,
    certificate: { number: '', version: 1 },
  };
}

function snapshotOf(suite: string, { suiteSnapshots }: DecidingContext): string {
  const snapshot = suiteSnapshots.get(suite);
  if (snapshot === undefined)
    throw new Error(`The component list of suite ${suite} was not stored when the catalog was loaded.`);
  return snapshot;
}
