import type { CertificateCustomer, CertificateLine } from '#src/domain/certificate-facts.ts';
import type { Account } from '#src/domain/holdings.ts';
import { planRegistration, type RegistrationPlan } from '#src/domain/upgrading/plan-registration.ts';
import type { Registration } from '#src/domain/upgrading/registration.ts';
import type { Case, Decided, DecidingContext } from '#src/fulfillment/deciding/decided.ts';
import { issueLicense, ownedLine, retainLicense } from '#src/fulfillment/deciding/grant-license.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';

/** Decides a registration and does it in the working set: account, key, licenses, grants, next certificate version (rules §4). */
export function fulfilRegistration(
  set: WorkingSet,
  registration: Case<Registration>,
  context: DecidingContext,
): Decided {
  const { content, approval } = registration;
  const holdings = set.holdings(content.reseller, content.newAccount?.id ?? content.account, approval.keep);
  const named = set.namedKey(content.registrationKey);
  const decision = planRegistration(content, named, holdings, context.catalog, context.time.today, approval);
  if (decision.outcome !== 'planned') return { status: decision.outcome, notes: [], reason: decision.reason };
  return execute(set, registration, decision.plan, context);
}

function execute(
  set: WorkingSet,
  registration: Case<Registration>,
  plan: RegistrationPlan,
  context: DecidingContext,
): Decided {
  const { registrationKey: key, seats, validThrough, anchor } = plan;
  const account = settleAccount(set, plan);
  const customer: CertificateCustomer = {
    account: account.id,
    company: account.company,
    ...(account.contact !== null && { contact: account.contact }),
    email: account.email,
    country: account.country,
  };
  const version = key.certificate.version + 1;
  const certificate = { number: key.certificate.number, version };
  const { orderNumber, startsOn } = plan.becomesAlias ?? key;
  const { cause } = registration;
  const figures = { seats, startsOn, validThrough, anchor };
  set.grantKey({ ...key, ...figures, account: account.id, orderNumber, customer, certificate }, cause);
  if (plan.becomesAlias) set.grantKey({ ...plan.becomesAlias, account: account.id, aliasOf: key.id }, cause);
  const lines = plan.lines.map((line) => executeLine(set, registration, plan, account.id, line));
  return {
    status: 'fulfilled',
    notes: plan.notes,
    certificates: [
      {
        series: key.id,
        number: certificate.number === '' ? undefined : certificate.number,
        version,
        facts: {
          kind: 'upgrade',
          issuedOn: context.time.today,
          reseller: plan.reseller.name,
          orderNumber,
          customer,
          registrationKey: key.code,
          suite: { code: key.suite, name: key.suiteName },
          seats,
          ...(startsOn !== null && { startsOn }),
          validThrough,
          lines,
        },
      },
    ],
  };
}

/** The account that the key is bound to: made now, taken over when it was nobody's, or left as it is. */
function settleAccount(set: WorkingSet, { account, newAccount, reseller }: RegistrationPlan): Account {
  if (account) {
    if (account.reseller === null) set.changeAccount({ ...account, reseller: reseller.name, claimed: true });
    return account;
  }
  if (!newAccount) throw new Error('A registration was planned without an account.');
  const made: Account = {
    ...newAccount,
    contact: newAccount.contact ?? null,
    reseller: reseller.name,
    claimed: true,
    mergedInto: null,
  };
  set.addAccount(made);
  return made;
}

function executeLine(
  set: WorkingSet,
  registration: Case<Registration>,
  { registrationKey, named, reseller, seats, validThrough, anchor }: RegistrationPlan,
  account: string,
  line: RegistrationPlan['lines'][number],
): CertificateLine {
  const { component } = line;
  const status = registrationKey.suspended || named.suspended ? 'suspended' : 'active';
  switch (line.action) {
    case 'unchanged':
      return ownedLine(component, line.license, line.as, line.license);
    case 'retained':
      return retainLicense(set, registration, named.id, component, line.retained);
    case 'issued':
      return issueLicense(
        set,
        registration,
        registrationKey.id,
        component,
        { account, type: reseller.licenseType, seats, validThrough, anchor, status },
        named.id,
      );
    case 'available':
    case 'awaiting-registration':
      return { component: component.name, pid: component.pid, action: 'available', notes: [] };
  }
}
