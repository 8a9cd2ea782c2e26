import { registrationRight } from '#src/domain/customers/registration-right.ts';
import { codeTyped } from '#src/domain/customers/sign-in.ts';
import { networkOf } from '#src/mechanisms/networks.ts';
import { findAccounts } from '#src/persistence/ledger.ts';
import { findMemberships } from '#src/persistence/members.ts';
import {
  accountNameFor,
  detailsTyped,
  faultsOf,
  isAddressAlone,
  noDetails,
} from '#src/web/customers/details-form.ts';
import { accountPage, codePage, foreignPage, formPage, path } from '#src/web/customers/details-shown.ts';
import { keep, readingOf, signIn, type Portal } from '#src/web/customers/portal.ts';
import type { Routes } from '#src/web/customers/routes.ts';
import { addressTyped } from '#src/web/customers/sign-in-pages.ts';
import { draftOf, type FoundDraft } from '#src/web/customers/sign-up-pages.ts';
import {
  withDraft,
  type Answer,
  type Details,
  type Draft,
  type Visit,
  type VisitData,
} from '#src/web/customers/visit.ts';

/** `/portal/sign-up/details`: the form of a first-time user, the code that proves the address, and which account is meant. */
export function detailsPages(routes: Routes, portal: Portal): void {
  routes.get(path, async (visit) => {
    const found = await acceptedDraft(portal, visit);
    if (!found) return { go: '/portal/sign-up' };
    const { draft } = found;
    // Who is signed in and has an account is asked nothing more than which one.
    const { address } = visit;
    if (address !== undefined && draft.way === 'yes' && (draft.details?.email ?? address) === address) {
      // Who comes back to change the account chooses anew.
      const memberships = draft.goal ? await openMemberships(portal, address) : [];
      return memberships.length > 0
        ? { page: accountPage(visit, draft, memberships, false) }
        : afterProof(portal, visit, found, address, visit.data);
    }
    if (draft.asked === true && draft.details) return { page: codePage(visit, found, draft.details.email) };
    return { page: formPage(visit, found, prefilled(visit, draft)) };
  });
  routes.post(path, async (visit) => {
    const found = await acceptedDraft(portal, visit);
    if (!found) return keepForm(portal, visit);
    switch (visit.form.text('step')) {
      case 'code':
        return proveCode(portal, visit, found);
      case 'other': {
        const { asked: _, ...draft } = found.draft;
        await keep(portal, visit, withDraft(visit.data, draft));
        return { go: path };
      }
      case 'again':
        return askAgain(portal, visit, found);
      case 'account':
        return chooseAccount(portal, visit, found);
      default:
        return takeDetails(portal, visit, found);
    }
  });
}

/** A registration whose agreement was accepted. */
async function acceptedDraft(portal: Portal, visit: Visit): Promise<FoundDraft | undefined> {
  const found = await draftOf(portal, visit);
  return found?.draft.accepted ? found : undefined;
}

/** The session ended in the middle of the form: what was typed waits until the key was entered again. */
async function keepForm(portal: Portal, visit: Visit): Promise<Answer> {
  const fields = Object.entries(detailsTyped(visit.form)).map(([name, value]): [string, string] => [
    name,
    value,
  ]);
  await keep(portal, visit, {
    ...visit.data,
    notice: visit.words.signIn.sessionEnded,
    kept: { path, fields },
  });
  return { go: '/portal/sign-up' };
}

function prefilled(visit: Visit, draft: Draft): Details {
  if (draft.details) return draft.details;
  const { kept } = visit.data;
  const typed = kept?.path === path ? { ...noDetails, ...Object.fromEntries(kept.fields) } : noDetails;
  return typed.email === '' ? { ...typed, email: visit.address ?? '' } : typed;
}

async function takeDetails(portal: Portal, visit: Visit, found: FoundDraft): Promise<Answer> {
  const { draft, key } = found;
  const details = detailsTyped(visit.form);
  const addressAlone = draft.way === 'yes' || (key.account !== null && isAddressAlone(details));
  const faults = [...faultsOf(details, visit, addressAlone)];
  if (faults.length === 0 && !addressAlone && key.account === null && details.account !== '') {
    const [taken] = await findAccounts(readingOf(portal), [details.account]);
    if (taken) faults.push({ field: 'account', message: visit.words.faults.accountTaken });
  }
  if (faults.length > 0) return { status: 422, page: formPage(visit, found, details, faults) };
  const address = addressTyped(details.email) ?? '';
  const { kept: _, ...data } = visit.data;
  const changed: Draft = { ...draft, details: { ...details, email: address } };
  // An address that this browser has proven is not proven twice.
  if (address === visit.address)
    return afterProof(portal, visit, { draft: changed, key }, address, withDraft(data, changed));
  const session = await keep(portal, visit, withDraft(data, { ...changed, asked: true }));
  await askCode(portal, visit, session, address);
  return { go: path };
}

async function askAgain(portal: Portal, visit: Visit, { draft }: FoundDraft): Promise<Answer> {
  if (visit.session && draft.asked === true && draft.details)
    await askCode(portal, visit, visit.session.id, draft.details.email);
  return { go: path };
}

function askCode(portal: Portal, visit: Visit, session: string, address: string): Promise<void> {
  const network = networkOf(visit.request.ip);
  return portal.proving.request({
    purpose: 'sign-up',
    address,
    session,
    account: null,
    network,
    language: visit.language,
  });
}

async function proveCode(portal: Portal, visit: Visit, found: FoundDraft): Promise<Answer> {
  const { form: sent, words, session, data } = visit;
  const { draft } = found;
  if (!session || !draft.details) return { go: path };
  const typed = sent.text('code');
  const address = await portal.proving.prove(session.id, 'sign-up', typed);
  if (address === undefined) {
    const message = codeTyped(typed) === undefined ? words.faults.codeShape : words.faults.codeWrong;
    return {
      status: 422,
      page: codePage(visit, found, draft.details.email, typed, [{ field: 'code', message }]),
    };
  }
  const { asked: _, ...proven } = { ...draft, details: { ...draft.details, email: address } };
  return afterProof(portal, visit, { ...found, draft: proven }, address, withDraft(data, proven));
}

/** The accounts that somebody may register keys for. */
async function openMemberships(portal: Portal, address: string) {
  const memberships = await findMemberships(readingOf(portal), address);
  return memberships.filter(({ mergedInto }) => mergedInto === null);
}

/** Who has proven an address is signed in with it; what the registration is for follows from it, or is asked. */
async function afterProof(
  portal: Portal,
  visit: Visit,
  { draft, key }: FoundDraft,
  address: string,
  data: VisitData,
): Promise<Answer> {
  const tx = readingOf(portal);
  const memberships = await openMemberships(portal, address);
  const [owner] = key.account === null ? [] : await findAccounts(tx, [key.account]);
  const right = registrationRight(
    key,
    address,
    memberships.map(({ account }) => account),
    owner?.email,
  );
  const goOn = async (changed: Draft, to: string): Promise<Answer> => {
    await signIn(portal, visit, address, withDraft(data, changed));
    return { go: to };
  };
  if (right.right === 'none') {
    await signIn(portal, visit, address, {
      ...data,
      drafts: data.drafts.filter(({ id }) => id !== draft.id),
    });
    return { page: foreignPage(visit), status: 403 };
  }
  if (right.right === 'this-account')
    return goOn({ ...draft, goal: { account: right.account } }, '/portal/sign-up/check');
  const isNew = draft.details !== undefined && !isAddressAlone(draft.details);
  if (memberships.length === 0) {
    if (draft.details && isNew)
      return goOn(
        { ...draft, goal: { newAccount: await accountNameFor(tx, draft.details) } },
        '/portal/sign-up/check',
      );
    await signIn(portal, visit, address, {
      ...withDraft(data, { ...draft, way: 'no', details: { ...noDetails, email: address } }),
      notice: visit.words.signUp.noAccountYet,
    });
    return { go: path };
  }
  const [only] = memberships;
  if (draft.way === 'yes' && only && memberships.length === 1)
    return goOn({ ...draft, goal: { account: only.account } }, '/portal/sign-up/check');
  await signIn(portal, visit, address, withDraft(data, draft));
  return { page: accountPage({ ...visit, address }, draft, memberships, isNew) };
}

async function chooseAccount(portal: Portal, visit: Visit, found: FoundDraft): Promise<Answer> {
  const { address, form: sent, data, words } = visit;
  if (address === undefined) return { go: path };
  const { draft } = found;
  const memberships = await openMemberships(portal, address);
  const chosen = sent.text('for');
  const isNew = draft.details !== undefined && !isAddressAlone(draft.details);
  if (chosen === 'new account') {
    if (draft.details && isNew) {
      const newAccount = await accountNameFor(readingOf(portal), draft.details);
      await keep(portal, visit, withDraft(data, { ...draft, goal: { newAccount } }));
      return { go: '/portal/sign-up/check' };
    }
    const { goal: _, ...open } = draft;
    const details = { ...noDetails, email: address };
    await keep(portal, visit, withDraft(data, { ...open, way: 'no', details }));
    return { go: path };
  }
  if (!memberships.some(({ account }) => account === chosen)) {
    const faults = [{ field: 'for', message: words.faults.accountMissing }];
    return { status: 422, page: accountPage(visit, draft, memberships, isNew, faults) };
  }
  await keep(portal, visit, withDraft(data, { ...draft, goal: { account: chosen } }));
  return { go: '/portal/sign-up/check' };
}
