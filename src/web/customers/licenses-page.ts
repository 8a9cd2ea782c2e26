import { productOfPid } from '#src/domain/catalog.ts';
import { maskCode } from '#src/domain/code.ts';
import { dateInWords, instantInWords, numberInWords } from '#src/domain/customers/dates.ts';
import { statusOn, type License } from '#src/domain/license.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import {
  findAccountCertificates,
  findAccountEvents,
  findAccountSuites,
  type AccountCertificate,
  type AccountEvent,
} from '#src/persistence/customer-keys.ts';
import { findAccounts, findLicensesOfAccounts } from '#src/persistence/ledger.ts';
import { findSurvivingLicenses } from '#src/persistence/surviving-licenses.ts';
import { transactionTime } from '#src/persistence/transaction-time.ts';
import { portalPage } from '#src/web/customers/portal-page.ts';
import { keep, readingOf, type Portal } from '#src/web/customers/portal.ts';
import type { Routes } from '#src/web/customers/routes.ts';
import type { MemberVisit } from '#src/web/customers/visit.ts';

/** Licenses on one page: within the budget of 30 kB. */
const pageSize = 40;
const shownCertificates = 12;
const shownEvents = 12;

/** `/portal/licenses`: what the account has, its certificates and history, and where to go from here. */
export function licensesPages(routes: Routes, portal: Portal): void {
  routes.memberGet('/portal/licenses', async (visit) => ({ page: await licensesPage(portal, visit) }));
  routes.memberPost('/portal/licenses', async (visit) => {
    const account = visit.form.text('account');
    if (visit.memberships.some((membership) => membership.account === account))
      await keep(portal, visit, { ...visit.data, account });
    return { go: '/portal/licenses' };
  });
}

async function licensesPage(portal: Portal, visit: MemberVisit): Promise<string> {
  const { words, account, memberships } = visit;
  const { licensesPage: text } = words;
  const tx = readingOf(portal);
  const [[found], licenses, { today }, suites, certificates, events] = await Promise.all([
    findAccounts(tx, [account]),
    findLicensesOfAccounts(tx, [account]),
    transactionTime(tx),
    findAccountSuites(tx, account),
    findAccountCertificates(tx, account, shownCertificates),
    findAccountEvents(tx, account, shownEvents),
  ]);
  const pages = Math.max(1, Math.ceil(licenses.length / pageSize));
  const page = Math.min(pages, Math.max(1, Number(/[?&]page=(\d{1,5})/.exec(visit.request.url)?.[1] ?? '1')));
  const shown = licenses.slice((page - 1) * pageSize, page * pageSize);
  const survivors = await findSurvivingLicenses(
    tx,
    shown.flatMap(({ mergedInto }) => mergedInto ?? []),
  );
  const merging = mergingOf(portal, visit, licenses, today);
  return portalPage(visit, {
    title: text.title,
    width: 'wide',
    content: html`<p class="whose">${visit.company} <span>${account}</span></p>
      <h1>${text.title}</h1>
      ${found && found.mergedInto !== null && html`<div class="notice"><p>${text.accountMerged(found.mergedInto)}</p></div>`}
      ${memberships.length > 1 && accountSwitch(visit)}
      <div class="actions">
        <a class="button" href="/portal/sign-up">${text.addKey}</a>
        ${merging === undefined && html`<a class="button second" href="/portal/merge">${text.merge}</a>`}
        <a class="button second" href="/portal/members">${text.members}</a>
      </div>
      ${merging !== undefined && html`<p class="muted">${merging}</p>`}
      ${suites.length > 0 && suitesList(visit, suites)}
      <h2>${text.table}</h2>
      ${
        licenses.length === 0
          ? html`<p>${text.noLicenses}</p>`
          : licensesTable(portal, visit, shown, today, (id) => survivors.get(id)?.activationCode)
      }
      ${pages > 1 && pageLinks(visit, page, pages)}
      <h2>${text.certificates}</h2>
      ${certificates.length === 0 ? html`<p>${text.noCertificates}</p>` : certificatesList(visit, certificates)}
      <h2>${text.history}</h2>
      ${events.length === 0 ? html`<p>${text.noHistory}</p>` : eventsTable(visit, events)}`,
  });
}

/** Why the account cannot merge anything; undefined when it may be able to. */
function mergingOf(
  { fulfillment }: Portal,
  { words }: MemberVisit,
  licenses: readonly License[],
  today: string,
): string | undefined {
  const mergeable = licenses.filter(({ pid }) => productOfPid(fulfillment.catalog, pid)?.mergeable === true);
  if (mergeable.length === 0) return words.licensesPage.noMergeSupport;
  return mergeable.some((license) => statusOn(license, today) === 'active')
    ? undefined
    : words.licensesPage.noMerge;
}

function accountSwitch({ words, account, memberships }: MemberVisit): Html {
  return html`<form method="post" action="/portal/licenses" class="inline">
    <div class="field">
      <label for="account">${words.account}</label>
      <select id="account" name="account">
        ${memberships.map(
          (one) =>
            html`<option value="${one.account}" ${one.account === account && { html: 'selected' }}>
              ${one.company} (${one.account})
            </option>`,
        )}
      </select>
    </div>
    <button type="submit" class="second">${words.licensesPage.pick}</button>
  </form>`;
}

function suitesList(
  { words, language }: MemberVisit,
  suites: readonly {
    readonly id: string;
    readonly name: string;
    readonly seats: number;
    readonly validThrough: string;
  }[],
): Html {
  const { licensesPage: text } = words;
  return html`<h2>${text.suites}</h2>
    <p>${text.suitesLead}</p>
    <ul class="list">
      ${suites.map(
        ({ id, name, seats, validThrough }) =>
          html`<li>
            <a href="/portal/suites/${id}">${name}</a>
            <span class="muted"
              >– ${words.seats}: ${numberInWords(seats, language)}, ${words.validThrough}:
              ${dateInWords(validThrough, language)}</span
            >
          </li>`,
      )}
    </ul>`;
}

const looks = { active: 'good', expired: 'bad', suspended: 'bad', revoked: 'bad', merged: 'plain' } as const;

function licensesTable(
  { fulfillment }: Portal,
  { words, language }: MemberVisit,
  licenses: readonly License[],
  today: string,
  survivorOf: (id: string) => string | undefined,
): Html {
  const { licensesPage: text } = words;
  return html`<table class="cards">
    <caption class="tiny">
      ${text.table}
    </caption>
    <thead>
      <tr>
        <th scope="col">${words.product}</th>
        <th scope="col">${words.activationCode}</th>
        <th scope="col" class="number">${words.seats}</th>
        <th scope="col">${words.validThrough}</th>
        <th scope="col">${words.status}</th>
      </tr>
    </thead>
    <tbody>
      ${licenses.map((license) => {
        const status = statusOn(license, today);
        const survivor = license.mergedInto === null ? undefined : survivorOf(license.mergedInto);
        return html`<tr>
          <th scope="row">${productOfPid(fulfillment.catalog, license.pid)?.name ?? license.pid}</th>
          <td data-label="${words.activationCode}"><span class="code">${license.activationCode}</span></td>
          <td data-label="${words.seats}" class="number">${numberInWords(license.seats, language)}</td>
          <td data-label="${words.validThrough}" class="date">
            <time datetime="${license.validThrough}">${dateInWords(license.validThrough, language)}</time>
          </td>
          <td data-label="${words.status}">
            <span class="tag ${looks[status]}">${words.statuses[status]}</span>
            ${license.edition === 'trial' && html`<span class="tag new">${text.trial}</span>`}
            ${survivor !== undefined && html`<span class="muted small">${text.mergedInto(maskCode(survivor))}</span>`}
          </td>
        </tr>`;
      })}
    </tbody>
  </table>`;
}

function pageLinks({ words }: MemberVisit, page: number, pages: number): Html {
  const { licensesPage: text } = words;
  return html`<p class="pages">
    ${page > 1 && html`<a href="/portal/licenses?page=${page - 1}">${text.less}</a>`}
    <span>${text.page(page, pages)}</span>
    ${page < pages && html`<a href="/portal/licenses?page=${page + 1}">${text.more}</a>`}
  </p>`;
}

function certificatesList(
  { words, language }: MemberVisit,
  certificates: readonly AccountCertificate[],
): Html {
  const { licensesPage: text } = words;
  return html`<ul class="list">
    ${certificates.map(
      ({ number, version, issuedOn }) =>
        html`<li>
          <a href="/portal/certificates/${number}">${text.pdf(number, version)}</a>
          <span class="muted">– <time datetime="${issuedOn}">${dateInWords(issuedOn, language)}</time></span>
        </li>`,
    )}
  </ul>`;
}

function eventsTable({ words, language }: MemberVisit, events: readonly AccountEvent[]): Html {
  return html`<ul class="list">
    ${events.map(({ id, kind, number, status, acceptedAt, member }) => {
      // A registration's number is a fingerprint, which says nothing to anybody; a merge of the portal's has one of ours.
      const shown = kind === 'upgrade-order' ? ` ${number}` : '';
      const what = `${words.kinds[kind] ?? kind}${shown}`;
      return html`<li>
        ${kind === 'upgrade-order' ? what : html`<a href="/portal/requests/${id}">${what}</a>`}:
        ${words.events[status] ?? status}
        <span class="muted">
          –
          <time datetime="${acceptedAt}">${instantInWords(acceptedAt, language)}</time
          >${member !== null && `, ${words.byMember(member)}`}
        </span>
      </li>`;
    })}
  </ul>`;
}
