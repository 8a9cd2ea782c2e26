import { plainAddress } from '#src/domain/customers/address.ts';
import { registrationRight } from '#src/domain/customers/registration-right.ts';
import type { Account } from '#src/domain/holdings.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { findAccounts } from '#src/persistence/ledger.ts';
import { findMemberships } from '#src/persistence/members.ts';
import { button, form, type Fault } from '#src/web/controls.ts';
import { countryName } from '#src/web/customers/countries.ts';
import { accountNameFor } from '#src/web/customers/details-form.ts';
import { portalPage } from '#src/web/customers/portal-page.ts';
import { keep, readingOf, submit, type Portal } from '#src/web/customers/portal.ts';
import { refusalOf } from '#src/web/customers/request-page.ts';
import type { Routes } from '#src/web/customers/routes.ts';
import { draftOf, keyFacts, stepOf, type FoundDraft } from '#src/web/customers/sign-up-pages.ts';
import { withDraft, type Answer, type Visit } from '#src/web/customers/visit.ts';

const path = '/portal/sign-up/check';

/** `/portal/sign-up/check`: everything once more; "Register" binds the key to the account and issues nothing yet. */
export function checkPages(routes: Routes, portal: Portal): void {
  routes.get(path, async (visit) => {
    const found = await readyDraft(portal, visit);
    return 'go' in found ? found : { page: await checkPage(portal, visit, found) };
  });
  routes.post(path, async (visit) => {
    const found = await readyDraft(portal, visit);
    return 'go' in found ? found : register(portal, visit, found);
  });
}

interface Ready extends FoundDraft {
  readonly address: string;
}

/** The draft with everything that registering needs; otherwise where that is asked. */
async function readyDraft(portal: Portal, visit: Visit): Promise<Ready | { readonly go: string }> {
  const found = await draftOf(portal, visit);
  if (!found) return { go: visit.address === undefined ? '/portal/sign-up' : '/portal/licenses' };
  if (!found.draft.accepted) return { go: '/portal/sign-up/agreement' };
  if (!found.draft.goal || visit.address === undefined) return { go: '/portal/sign-up/details' };
  return { ...found, address: visit.address };
}

async function register(portal: Portal, visit: Visit, { draft, key, address }: Ready): Promise<Answer> {
  const { goal, accepted, details } = draft;
  if (!goal || !accepted) return { go: '/portal/sign-up' };
  const tx = readingOf(portal);
  const memberships = await findMemberships(tx, address);
  const [owner] = key.account === null ? [] : await findAccounts(tx, [key.account]);
  // Asked again: a right may have ended since, and another tab may have registered the key.
  const right = registrationRight(
    key,
    address,
    memberships.map(({ account }) => account),
    owner?.email,
  );
  const isAllowed =
    right.right === 'this-account' ||
    (right.right === 'any-account' &&
      ('newAccount' in goal || memberships.some(({ account }) => account === goal.account)));
  if (!isAllowed) return { go: '/portal/sign-up/details' };
  const account =
    right.right === 'this-account' ? right.account : 'account' in goal ? goal.account : undefined;
  const isOther = plainAddress(key.customer.email) !== address;
  const submitted = await submit(
    portal,
    'registration',
    {
      reseller: key.reseller,
      registrationKey: key.code,
      ...(account === undefined && 'newAccount' in goal && details
        ? {
            newAccount: {
              id: goal.newAccount,
              company: details.company,
              ...(details.contact !== '' && { contact: details.contact }),
              email: address,
              country: details.country,
              region: details.region,
            },
          }
        : { account }),
      acceptedAgreementAt: accepted.at,
      select: [],
    },
    {
      member: address,
      language: visit.language,
      agreementVersion: accepted.version,
      ...(isOther && right.right === 'this-account' && { orderedFor: plainAddress(key.customer.email) }),
    },
  );
  if (submitted.outcome === 'refused') {
    const faults = [{ field: 'register', message: visit.words.problems.failed }];
    return { status: 422, page: await checkPage(portal, visit, { draft, key, address }, faults) };
  }
  const { seen, id } = submitted;
  if (seen.status === 'rejected') {
    // A name that was made of the company's was taken meanwhile: the next try has another.
    if (seen.reason?.code === 'ACCOUNT_EXISTS' && details?.account === '') {
      const newAccount = await accountNameFor(tx, details);
      await keep(portal, visit, withDraft(visit.data, { ...draft, goal: { newAccount } }));
      return { go: path };
    }
    const faults = [{ field: 'register', message: refusalOf(visit, seen.reason) }];
    return { status: 422, page: await checkPage(portal, visit, { draft, key, address }, faults) };
  }
  const drafts = visit.data.drafts.filter((other) => other.id !== draft.id);
  const done = seen.status === 'fulfilled';
  await keep(portal, visit, {
    ...visit.data,
    drafts,
    ...(seen.account !== undefined && { account: seen.account }),
    ...(done && { notice: visit.words.suiteInfo.registered }),
  });
  return { go: done ? `/portal/suites/${key.id}` : `/portal/requests/${id}` };
}

async function checkPage(
  portal: Portal,
  visit: Visit,
  { draft, key, address }: Ready,
  faults: readonly Fault[] = [],
): Promise<string> {
  const { words } = visit;
  const { signUp: text } = words;
  const { goal, details, accepted } = draft;
  const [known] = goal && 'account' in goal ? await findAccounts(readingOf(portal), [goal.account]) : [];
  const change = (href: string, of: string): Html =>
    html`<a href="${href}" aria-describedby="${of}">${words.change}</a>`;
  return portalPage(visit, {
    title: text.checkTitle,
    faults,
    content: html`${stepOf(visit, 4)}
      <h1>${text.checkTitle}</h1>
      <p class="lead">${text.checkLead}</p>
      <div class="sheet">
        <h2 id="the-key">${words.registrationKey}</h2>
        ${keyFacts(visit, key)}
        <p>${change('/portal/sign-up', 'the-key')}</p>
        <h2 id="the-agreement">${text.agreement}</h2>
        <p>
          ${text.accepted(accepted?.version ?? '')} ${change('/portal/sign-up/agreement', 'the-agreement')}
        </p>
        <h2 id="the-account">${words.account}</h2>
        ${
          known
            ? html`${accountFacts(visit, known)}
                <p class="muted">${key.account === null ? '' : text.knownAccount}</p>`
            : goal &&
              'newAccount' in goal &&
              details &&
              accountFacts(visit, { ...details, id: goal.newAccount, email: address })
        }
        ${key.account === null && html`<p>${change('/portal/sign-up/details', 'the-account')}</p>`}
        ${form(path, html`<div class="actions" id="register">${button(text.register)}</div>`, { draft: draft.id })}
      </div>`,
  });
}

function accountFacts(
  visit: Visit,
  account: Pick<Account, 'id' | 'company' | 'email' | 'country'> & {
    readonly contact: string | null;
    readonly region: string;
  },
): Html {
  const { words, language } = visit;
  const region =
    Object.entries(words.regions).find(([code]) => code === account.region)?.[1] ?? account.region;
  return html`<dl>
    <dt>${words.company}</dt>
    <dd>${account.company}</dd>
    ${
      account.contact !== null &&
      account.contact !== '' &&
      html`<dt>${words.contact}</dt>
        <dd>${account.contact}</dd>`
    }
    <dt>${words.email}</dt>
    <dd>${account.email}</dd>
    <dt>${words.accountName}</dt>
    <dd>${account.id}</dd>
    <dt>${words.country}</dt>
    <dd>${countryName(account.country, language)}</dd>
    <dt>${words.region}</dt>
    <dd>${region}</dd>
  </dl>`;
}
