import { dateInWords, numberInWords } from '#src/domain/customers/dates.ts';
import type { RegistrationKey } from '#src/domain/holdings.ts';
import { productFamily, statusOn, type License } from '#src/domain/license.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { activeKeyId, findAcceptance, findKeyById } from '#src/persistence/customer-keys.ts';
import { findLicensesOfAccounts } from '#src/persistence/ledger.ts';
import { findMemberships } from '#src/persistence/members.ts';
import { transactionTime } from '#src/persistence/transaction-time.ts';
import { button, form, type Fault } from '#src/web/controls.ts';
import { portalPage } from '#src/web/customers/portal-page.ts';
import { keep, readingOf, submit, type Portal } from '#src/web/customers/portal.ts';
import { refusalOf } from '#src/web/customers/request-page.ts';
import { notFoundPage, type Routes } from '#src/web/customers/routes.ts';
import { agreementOf } from '#src/web/customers/sign-up-pages.ts';
import type { Answer, MemberVisit } from '#src/web/customers/visit.ts';
import { attribute } from '#src/web/frame.ts';

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

type OwnKey = RegistrationKey & { readonly account: string };

/** A component of the suite as its customer has it. */
interface Component {
  readonly name: string;
  readonly pid: string;
  readonly state: 'owned' | 'issued' | 'new';
  readonly license: License | undefined;
}

async function componentsOf(portal: Portal, key: OwnKey): Promise<readonly Component[]> {
  const tx = readingOf(portal);
  const [licenses, { today }] = await Promise.all([
    findLicensesOfAccounts(tx, [key.account]),
    transactionTime(tx),
  ]);
  return key.components.map(({ name, pid }) => {
    const own = licenses
      .filter(
        (license) =>
          productFamily(license.pid) === productFamily(pid) &&
          license.status !== 'merged' &&
          license.status !== 'revoked',
      )
      .sort((a, b) => rank(b, key, today) - rank(a, key, today));
    const [license] = own;
    const state = !license ? 'new' : license.registrationKey === key.id ? 'issued' : 'owned';
    return { name, pid, state, license };
  });
}

/** Of several licenses of one product the one that the key serves is shown, otherwise one that is active. */
function rank(license: License, key: OwnKey, today: string): number {
  return (
    (license.registrationKey === key.id ? 4 : 0) +
    (license.extendedBy.includes(key.id) ? 2 : 0) +
    (statusOn(license, today) === 'active' ? 1 : 0)
  );
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

async function sendKit(portal: Portal, visit: MemberVisit, key: OwnKey): Promise<Answer> {
  const kit = await portal.kit?.(key.id);
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
        page: await suitePage(portal, visit, key, [
          { field: 'kit', message: visit.words.suiteInfo.kitPending },
        ]),
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

async function suitePage(
  portal: Portal,
  visit: MemberVisit,
  key: OwnKey,
  faults: readonly Fault[] = [],
): Promise<string> {
  const { words } = visit;
  const { suiteInfo: text } = words;
  const components = await componentsOf(portal, key);
  const hasNew = components.some(({ state }) => state === 'new');
  const hasIssued = components.some(({ state }) => state === 'issued');
  const path = `/portal/suites/${key.id}`;
  const kept =
    visit.data.kept?.path === path
      ? visit.data.kept.fields.flatMap(([name, value]) => (name === 'select[]' ? [value] : []))
      : [];
  const ticked = new Set([...visit.form.all('select'), ...kept]);
  const table = productsTable(visit, components, hasNew, ticked);
  return portalPage(visit, {
    title: key.suiteName,
    width: 'wide',
    faults,
    content: html`<p class="eyebrow">${text.eyebrow}</p>
      <h1>${key.suiteName}</h1>
      <p class="lead">${hasNew ? text.lead : text.allDone}</p>
      <p>${text.keep}</p>
      ${
        hasNew
          ? form(
              path,
              html`${table}
                <div class="actions">${button(text.get)}</div>`,
            )
          : table
      }
      <div class="sheet" id="kit">
        <p>${text.kitHint} ${!hasIssued && text.kitNone}</p>
        <form method="get" action="${path}/deployment-kit">
          <button type="submit" class="second" ${!hasIssued && { html: 'disabled' }}>${text.kit}</button>
        </form>
      </div>
      <p>
        <a href="/portal/certificates/${key.certificate.number}"
          >${text.certificate} ${key.certificate.number} (PDF)</a
        >
      </p>`,
  });
}

function productsTable(
  visit: MemberVisit,
  components: readonly Component[],
  hasNew: boolean,
  ticked: ReadonlySet<string>,
): Html {
  const { words, language } = visit;
  const { suiteInfo: text } = words;
  const looks = { owned: 'good', issued: 'good', new: 'new' } as const;
  return html`<table class="cards" id="products" tabindex="-1">
    <caption>
      ${text.table}
    </caption>
    <thead>
      <tr>
        ${hasNew && html`<th scope="col">${text.none}</th>`}
        <th scope="col">${words.product}</th>
        <th scope="col">${words.status}</th>
        <th scope="col">${words.activationCode}</th>
        <th scope="col" class="number">${words.seats}</th>
        <th scope="col">${words.validThrough}</th>
      </tr>
    </thead>
    <tbody>
      ${components.map(
        ({ name, pid, state, license }) =>
          html`<tr>
            ${
              hasNew &&
              html`<td class="${state === 'new' ? 'pick' : 'none'}">
                ${
                  state === 'new' &&
                  html`<input
                    type="checkbox"
                    id="select-${pid}"
                    name="select[]"
                    value="${pid}"
                    aria-label="${name}"
                    ${ticked.has(pid) && attribute('checked', '')}
                  />`
                }
              </td>`
            }
            <th scope="row">${name}</th>
            <td><span class="tag ${looks[state]}">${text[state]}</span></td>
            <td data-label="${words.activationCode}" class="${!license && 'none'}">
              ${license ? html`<span class="code">${license.activationCode}</span>` : '–'}
            </td>
            <td data-label="${words.seats}" class="number ${!license && 'none'}">
              ${license ? numberInWords(license.seats, language) : '–'}
            </td>
            <td data-label="${words.validThrough}" class="date ${!license && 'none'}">
              ${license ? html`<time datetime="${license.validThrough}">${dateInWords(license.validThrough, language)}</time>` : '–'}
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
