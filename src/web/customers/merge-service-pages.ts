import { productNamed } from '#src/domain/catalog.ts';
import { codeTyped, signInLimits } from '#src/domain/customers/sign-in.ts';
import { productFamily } from '#src/domain/license.ts';
import { html } from '#src/mechanisms/html.ts';
import { networkOf } from '#src/mechanisms/networks.ts';
import { findLicensesOfAccounts } from '#src/persistence/ledger.ts';
import { findMemberships } from '#src/persistence/members.ts';
import { button, choices, form, type Fault } from '#src/web/controls.ts';
import { emailField } from '#src/web/customers/details-form.ts';
import { mergeDraftOf } from '#src/web/customers/merge-pages.ts';
import { portalPage } from '#src/web/customers/portal-page.ts';
import { keep, readingOf, type Portal } from '#src/web/customers/portal.ts';
import type { Routes } from '#src/web/customers/routes.ts';
import { addressTyped, codeField } from '#src/web/customers/sign-in-pages.ts';
import { withMerge, type Answer, type MemberVisit, type MergeDraft } from '#src/web/customers/visit.ts';

const path = '/portal/merge/service';

/** `/portal/merge/service`: signing in to the second account of a service merge, good for this merge for 15 minutes. */
export function mergeServicePages(routes: Routes, portal: Portal): void {
  routes.memberGet(path, async (visit): Promise<Answer> => {
    const draft = mergeDraftOf(visit);
    if (draft?.kind !== 'service') return { go: '/portal/merge' };
    if (draft.proven && draft.proven.accounts.length > 1) return { page: accountPage(visit, draft) };
    return {
      page: draft.asked === undefined ? addressPage(visit, draft) : codePage(visit, draft, draft.asked),
    };
  });
  routes.memberPost(path, async (visit): Promise<Answer> => {
    const draft = mergeDraftOf(visit);
    if (draft?.kind !== 'service') return { go: '/portal/merge' };
    switch (visit.form.text('step')) {
      case 'code':
        return proveCode(portal, visit, draft);
      case 'other': {
        const { asked: _, proven: __, from: ___, ...rest } = draft;
        await keep(portal, visit, withMerge(visit.data, rest));
        return { go: path };
      }
      case 'account':
        return chooseAccount(portal, visit, draft);
      default:
        return askForCode(portal, visit, draft);
    }
  });
}

async function askForCode(portal: Portal, visit: MemberVisit, draft: MergeDraft): Promise<Answer> {
  const { words, form: sent, data, language, account, request } = visit;
  const typed = sent.text('email');
  const address = addressTyped(typed);
  if (address === undefined)
    return {
      status: 422,
      page: addressPage(visit, draft, typed, [{ field: 'email', message: words.faults.email }]),
    };
  const session = await keep(portal, visit, withMerge(data, { ...draft, asked: address }));
  await portal.proving.request({
    purpose: 'merge',
    address,
    session,
    account,
    network: networkOf(request.ip),
    language,
  });
  return { go: path };
}

async function proveCode(portal: Portal, visit: MemberVisit, draft: MergeDraft): Promise<Answer> {
  const { words, form: sent, session, data } = visit;
  if (!session || draft.asked === undefined) return { go: path };
  const typed = sent.text('code');
  const address = await portal.proving.prove(session.id, 'merge', typed);
  const refuse = (message: string): Answer => ({
    status: 422,
    page: codePage(visit, draft, draft.asked ?? '', typed, [{ field: 'code', message }]),
  });
  if (address === undefined)
    return refuse(codeTyped(typed) === undefined ? words.faults.codeShape : words.faults.codeWrong);
  const accounts = await othersWith(portal, address, draft);
  const [only] = accounts;
  if (only === undefined) return refuse(words.merge.noneOther);
  const proven = { accounts, until: new Date(Date.now() + signInLimits.mergeSeconds * 1000).toISOString() };
  const { from: _, ...rest } = draft;
  await keep(
    portal,
    visit,
    withMerge(data, { ...rest, proven, ...(accounts.length === 1 && { from: only }) }),
  );
  return { go: accounts.length === 1 ? '/portal/merge/preview' : path };
}

/** The other accounts of the address that have the product. */
async function othersWith(portal: Portal, address: string, draft: MergeDraft): Promise<string[]> {
  const tx = readingOf(portal);
  const product = productNamed(portal.fulfillment.catalog, draft.product);
  const accounts = (await findMemberships(tx, address)).flatMap(({ account }) =>
    account === draft.into ? [] : [account],
  );
  const licenses = await findLicensesOfAccounts(tx, accounts);
  return accounts.filter((account) =>
    licenses.some(
      (license) =>
        license.account === account && product && productFamily(license.pid) === productFamily(product.pid),
    ),
  );
}

async function chooseAccount(portal: Portal, visit: MemberVisit, draft: MergeDraft): Promise<Answer> {
  const from = visit.form.text('from');
  if (!draft.proven?.accounts.includes(from)) {
    const faults = [{ field: 'from', message: visit.words.faults.accountMissing }];
    return { status: 422, page: accountPage(visit, draft, faults) };
  }
  await keep(portal, visit, withMerge(visit.data, { ...draft, from }));
  return { go: '/portal/merge/preview' };
}

function addressPage(
  visit: MemberVisit,
  draft: MergeDraft,
  typed = '',
  faults: readonly Fault[] = [],
): string {
  const { words } = visit;
  const { merge: text } = words;
  return portalPage(visit, {
    title: text.otherTitle,
    width: 'narrow',
    faults,
    content: html`<h1>${text.otherTitle}</h1>
      <p class="lead">${text.serviceLead(draft.product, draft.into)}</p>
      <div class="sheet">
        ${form(path, html`${emailField(visit, typed, faults)} ${button(words.continue)}`, { step: 'email', draft: draft.id })}
      </div>`,
  });
}

function codePage(
  visit: MemberVisit,
  draft: MergeDraft,
  address: string,
  typed = '',
  faults: readonly Fault[] = [],
): string {
  const { words } = visit;
  const { merge: text } = words;
  return portalPage(visit, {
    title: text.otherTitle,
    width: 'narrow',
    faults,
    content: html`<h1>${text.otherTitle}</h1>
      <p>${text.otherCodeLead(address)}</p>
      <div class="sheet">
        ${form(path, html`${codeField(visit, typed, faults)} ${button(words.signIn.button)}`, { step: 'code', draft: draft.id })}
      </div>
      <p class="muted">${words.signIn.noMail}</p>
      <div class="actions">
        ${form(path, button(words.signIn.again, 'second'), { step: 'email', email: address, draft: draft.id })}
        ${form(path, button(words.signIn.other, 'second'), { step: 'other', draft: draft.id })}
      </div>`,
  });
}

function accountPage(visit: MemberVisit, draft: MergeDraft, faults: readonly Fault[] = []): string {
  const { words } = visit;
  const { merge: text } = words;
  return portalPage(visit, {
    title: text.otherTitle,
    width: 'narrow',
    faults,
    content: html`<h1>${text.otherTitle}</h1>
      <div class="sheet">
        ${form(
          path,
          html`${choices({
            kind: 'radio',
            id: 'from',
            legend: text.otherAccount,
            choices: (draft.proven?.accounts ?? []).map((account) => ({ value: account, text: account })),
            chosen: [draft.from ?? ''],
            faults,
          })}
          ${button(words.continue)}`,
          { step: 'account', draft: draft.id },
        )}
      </div>`,
  });
}
