import { activeKeyId, findAcceptance, findKeyById } from '#src/persistence/customer-keys.ts';
import { findMemberships } from '#src/persistence/members.ts';
import { keep, readingOf, submit, type Kit, type Portal } from '#src/web/customers/portal.ts';
import { refusalOf } from '#src/web/customers/request-page.ts';
import { notFoundPage, type Routes } from '#src/web/customers/routes.ts';
import { agreementOf } from '#src/web/customers/sign-up-pages.ts';
import { componentsOf, suitePage, type Component, type OwnKey } from '#src/web/customers/suite-shown.ts';
import type { Answer, MemberVisit } from '#src/web/customers/visit.ts';

const writtenWithinMs = 2000;
const lookAgainMs = 150;

/** `/portal/suites/{registration key id}`: what of the suite is owned, issued and new; issuing; the Deployment Kit. */
export function suitePages(routes: Routes, portal: Portal): void {
  routes.memberGet('/portal/suites/:id', (visit) =>
    withKey(portal, visit, async (key) => ({ page: await suitePage(portal, visit, key) })),
  );
  routes.memberPost('/portal/suites/:id', (visit) =>
    withKey(portal, visit, (key) => getCodes(portal, visit, key)),
  );
  routes.memberGet('/portal/suites/:id/deployment-kit', (visit) =>
    withKey(portal, visit, (key) => sendKit(portal, visit, key)),
  );
}

/** The key, when the visitor may act for its account. One that became an alias leads to the key that it stands for. */
async function withKey(
  portal: Portal,
  visit: MemberVisit,
  work: (key: OwnKey) => Promise<Answer>,
): Promise<Answer> {
  const { params } = visit.request;
  const id = typeof params === 'object' && params !== null && 'id' in params ? String(params.id) : '';
  const nothing = { status: 404, page: notFoundPage(visit) };
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return nothing;
  const tx = readingOf(portal);
  const active = await activeKeyId(tx, id);
  const key = active === undefined ? undefined : await findKeyById(tx, active);
  const account = key?.account;
  if (!key || account === null || account === undefined) return nothing;
  const memberships = await findMemberships(tx, visit.address);
  if (!memberships.some((membership) => membership.account === account)) return nothing;
  return active === id ? work({ ...key, account }) : { go: `/portal/suites/${active}` };
}

async function getCodes(portal: Portal, visit: MemberVisit, key: OwnKey): Promise<Answer> {
  const { words, form: sent, address, language, data } = visit;
  const components = await componentsOf(portal, key);
  const asked = new Set(sent.all('select'));
  const select = components
    .filter(({ pid, state }) => state === 'new' && asked.has(pid))
    .map(({ pid }) => pid);
  if (select.length === 0) {
    // What was ticked may have been issued meanwhile, by another tab: then there is nothing to complain of.
    if (components.some(({ pid, state }) => state === 'issued' && asked.has(pid)))
      return { go: `/portal/suites/${key.id}` };
    const faults = [{ field: firstBox(components), message: words.faults.selectProducts }];
    return { status: 422, page: await suitePage(portal, visit, key, faults) };
  }
  const acceptedAgreementAt = await findAcceptance(readingOf(portal), key.account, [key.code]);
  const submitted = await submit(
    portal,
    'registration',
    {
      reseller: key.reseller,
      registrationKey: key.code,
      account: key.account,
      acceptedAgreementAt: acceptedAgreementAt ?? new Date().toISOString(),
      select,
    },
    { member: address, language, agreementVersion: agreementOf(portal).version },
  );
  if (submitted.outcome === 'refused') {
    const faults = [{ field: firstBox(components), message: words.problems.failed }];
    return { status: 422, page: await suitePage(portal, visit, key, faults) };
  }
  const { seen, id } = submitted;
  if (seen.status === 'rejected') {
    const faults = [{ field: firstBox(components), message: refusalOf(visit, seen.reason) }];
    return { status: 422, page: await suitePage(portal, visit, key, faults) };
  }
  if (seen.status !== 'fulfilled') return { go: `/portal/requests/${id}` };
  await keep(portal, visit, { ...data, notice: words.suiteInfo.gotCodes(select.length) });
  return { go: `/portal/suites/${key.id}` };
}

/** The kit; right after codes were issued it waits a moment for their certificate. */
async function kitOf({ kit }: Portal, key: OwnKey): Promise<Kit | undefined> {
  const until = performance.now() + writtenWithinMs;
  for (;;) {
    const made = await kit?.(key.id);
    if (made?.outcome !== 'pending' || performance.now() > until) return made;
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  }
}

async function sendKit(portal: Portal, visit: MemberVisit, key: OwnKey): Promise<Answer> {
  const kit = await kitOf(portal, key);
  switch (kit?.outcome) {
    case 'ready':
      return {
        sent: visit.reply
          .type('application/zip')
          .header('content-disposition', `attachment; filename="${kit.filename}"`)
          .send(kit.zip),
      };
    case 'pending':
      return {
        status: 503,
        refreshSeconds: 3,
        page: await suitePage(portal, visit, key, [], visit.words.suiteInfo.kitPending),
      };
    case 'nothing-issued':
    case 'unknown':
    case undefined:
      return {
        status: 409,
        page: await suitePage(portal, visit, key, [{ field: 'kit', message: visit.words.suiteInfo.kitNone }]),
      };
  }
}

function firstBox(components: readonly Component[]): string {
  const first = components.find(({ state }) => state === 'new');
  return first ? `select-${first.pid}` : 'products';
}
