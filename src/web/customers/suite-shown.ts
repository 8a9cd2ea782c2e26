import { dateInWords, numberInWords } from '#src/domain/customers/dates.ts';
import type { RegistrationKey } from '#src/domain/holdings.ts';
import { productFamily, statusOn, type License } from '#src/domain/license.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { findLicensesOfAccounts } from '#src/persistence/ledger.ts';
import { transactionTime } from '#src/persistence/transaction-time.ts';
import { button, form, type Fault } from '#src/web/controls.ts';
import { portalPage } from '#src/web/customers/portal-page.ts';
import { readingOf, type Portal } from '#src/web/customers/portal.ts';
import type { MemberVisit } from '#src/web/customers/visit.ts';
import { attribute } from '#src/web/frame.ts';

export type OwnKey = RegistrationKey & { readonly account: string };

/** A component of the suite as its customer has it. */
export interface Component {
  readonly name: string;
  readonly pid: string;
  readonly state: 'owned' | 'issued' | 'new';
  readonly license: License | undefined;
}

export async function componentsOf(portal: Portal, key: OwnKey): Promise<readonly Component[]> {
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

export async function suitePage(
  portal: Portal,
  visit: MemberVisit,
  key: OwnKey,
  faults: readonly Fault[] = [],
  waiting?: string,
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
                <div class="actions">${button(text.get, hasIssued ? 'second' : 'first')}</div>`,
            )
          : table
      }
      <div class="sheet" id="kit">
        <h2>${text.kitTitle}</h2>
        <p>${text.kitHint} ${!hasIssued && text.kitNone}</p>
        ${waiting !== undefined && html`<div class="notice" role="status"><p>${waiting}</p></div>`}
        <form method="get" action="${path}/deployment-kit">
          <button type="submit" ${!hasIssued && { html: 'disabled' }}>${text.kit}</button>
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
