import type { Reason } from '#src/domain/decision.ts';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { findKeyByCode, findSender } from '#src/persistence/customer-keys.ts';
import { findMemberships } from '#src/persistence/members.ts';
import { changeKind, mergeOutcome, undoContent, undoneOutcome } from '#src/web/customers/merge-outcome.ts';
import { portalPage } from '#src/web/customers/portal-page.ts';
import { outcomeById, readingOf, submit, type Portal } from '#src/web/customers/portal.ts';
import { notFoundPage, type Routes } from '#src/web/customers/routes.ts';
import type { Answer, MemberVisit, Visit } from '#src/web/customers/visit.ts';

/** Seconds after which a page that waits looks again. */
const lookAgainSeconds = 2;

/** A reason in the words of the page's language, where it has some; otherwise the rule's own. */
export function refusalOf({ words, language }: Visit, reason: Reason | undefined): string {
  if (!reason) return words.problems.failed;
  return (
    words.reasons[reason.code] ??
    (language === 'en' ? reason.message : `${words.request.rejected} (${reason.message})`)
  );
}

/** `/portal/requests/{id}`: what became of something that was sent; waits by itself while it is being worked on. */
export function requestPages(routes: Routes, portal: Portal): void {
  routes.memberPost('/portal/requests/:id/undo', (visit) => undo(portal, visit));
  routes.get('/portal/requests/:id', async (visit): Promise<Answer> => {
    const { address } = visit;
    if (address === undefined) return { go: '/portal' };
    const id = idOf(visit);
    const tx = readingOf(portal);
    const [outcome, sender, memberships] = await Promise.all([
      id === undefined ? undefined : outcomeById(portal, id),
      id === undefined ? undefined : findSender(tx, id),
      findMemberships(tx, address),
    ]);
    // One that is not fulfilled may be of an account that is not there yet: then it is its sender's. What was done is its members' alone,
    // of whom the sender may be none any more.
    const mine = memberships.some(({ account }) => account === outcome?.account);
    const isSenders = sender === address && outcome?.status !== 'fulfilled';
    if (!outcome || (!mine && !isSenders)) return { status: 404, page: notFoundPage(visit) };
    switch (outcome.status) {
      case 'accepted':
        return { page: workingPage(visit), refreshSeconds: lookAgainSeconds };
      case 'held':
        return { page: heldPage(visit, outcome) };
      case 'rejected':
        return { page: rejectedPage(visit, outcome) };
      case 'fulfilled':
        return fulfilled(portal, visit, outcome);
    }
  });
}

/** The button "Undo this merge". Sent twice, it is the same request. */
async function undo(portal: Portal, visit: MemberVisit): Promise<Answer> {
  const id = idOf(visit);
  const outcome = id === undefined ? undefined : await outcomeById(portal, id);
  const isMine = visit.memberships.some(({ account }) => account === outcome?.account);
  if (!outcome || !isMine || changeKind === undefined) return { status: 404, page: notFoundPage(visit) };
  const content = await undoContent(portal, outcome);
  if (!content) return { go: `/portal/requests/${id}` };
  const submitted = await submit(portal, changeKind, content, {
    member: visit.address,
    language: visit.language,
  });
  return { go: `/portal/requests/${submitted.outcome === 'recorded' ? submitted.id : id}` };
}

function idOf(visit: Visit): string | undefined {
  const { params } = visit.request;
  const id = typeof params === 'object' && params !== null && 'id' in params ? String(params.id) : '';
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? id : undefined;
}

async function fulfilled(portal: Portal, visit: Visit, outcome: Outcome): Promise<Answer> {
  if (outcome.restored) return { page: undoneOutcome(visit, outcome) };
  if (outcome.survivor) return { page: await mergeOutcome(portal, visit, outcome) };
  const key =
    outcome.registrationKey === undefined
      ? undefined
      : await findKeyByCode(readingOf(portal), outcome.registrationKey);
  return { go: key ? `/portal/suites/${key.id}` : '/portal/licenses' };
}

function workingPage(visit: Visit): string {
  const { request: text } = visit.words;
  return plain(visit, text.workingTitle, html`<p role="status">${text.working}</p>`);
}

function heldPage(visit: Visit, { reason }: Outcome): string {
  const { request: text } = visit.words;
  return plain(
    visit,
    text.heldTitle,
    html`<div class="notice"><p>${refusalOf(visit, reason)}</p></div>
      <p>${text.held}</p>`,
  );
}

function rejectedPage(visit: Visit, { reason }: Outcome): string {
  const { request: text } = visit.words;
  return plain(
    visit,
    text.rejectedTitle,
    html`<div class="notice"><p>${refusalOf(visit, reason)}</p></div>
      <p>${text.rejected}</p>`,
  );
}

function plain(visit: Visit, title: string, content: Html): string {
  return portalPage(visit, {
    title,
    width: 'narrow',
    content: html`<h1>${title}</h1>
      ${content}
      <p><a href="/portal/licenses">${visit.words.request.toLicenses}</a></p>`,
  });
}
