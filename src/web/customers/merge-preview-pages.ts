import { parseMessage } from '#jobs/message.ts';
import { productNamed } from '#src/domain/catalog.ts';
import type { License } from '#src/domain/license.ts';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import { preview } from '#src/fulfillment/looking/preview.ts';
import { html } from '#src/mechanisms/html.ts';
import { button, form, type Fault } from '#src/web/controls.ts';
import { licenseChoice, licensesPath, mergeableLicenses, newDraft } from '#src/web/customers/merge-choice.ts';
import { mergeTable } from '#src/web/customers/merge-outcome.ts';
import { mergeDraftOf } from '#src/web/customers/merge-pages.ts';
import { portalPage } from '#src/web/customers/portal-page.ts';
import { keep, submit, type Portal } from '#src/web/customers/portal.ts';
import { refusalOf } from '#src/web/customers/request-page.ts';
import type { Routes } from '#src/web/customers/routes.ts';
import { withMerge, type Answer, type MemberVisit, type MergeDraft } from '#src/web/customers/visit.ts';

const previewPath = '/portal/merge/preview';

/** Choosing the license to retain (on premises); and what a merge will do, before the button that does it. */
export function mergePreviewPages(routes: Routes, portal: Portal): void {
  routes.memberGet(licensesPath, async (visit): Promise<Answer> => {
    const choosing = await choosingOf(portal, visit);
    return choosing ? { page: licensesPage(visit, choosing) } : { go: '/portal/merge' };
  });
  routes.memberPost(licensesPath, (visit) => choose(portal, visit));
  routes.memberGet(previewPath, async (visit): Promise<Answer> => {
    const draft = mergeDraftOf(visit);
    return draft ? showPreview(portal, visit, draft) : { go: '/portal/merge' };
  });
  routes.memberPost(previewPath, (visit) => merge(portal, visit));
}

interface Choosing {
  readonly draft: MergeDraft;
  readonly licenses: readonly License[];
}

/** Of the merge that is gone on with, or that the list of products begins. */
async function choosingOf(portal: Portal, visit: MemberVisit): Promise<Choosing | undefined> {
  const { catalog } = portal.fulfillment;
  const begun = productNamed(catalog, visit.form.text('product'));
  const draft = begun?.mergeable ? newDraft(begun, visit.account) : mergeDraftOf(visit);
  const product = draft && productNamed(catalog, draft.product);
  if (!product || draft.kind !== 'on-premises') return undefined;
  return { draft, licenses: await mergeableLicenses(portal, draft.into, product) };
}

async function choose(portal: Portal, visit: MemberVisit): Promise<Answer> {
  const choosing = await choosingOf(portal, visit);
  if (!choosing) return { go: '/portal/merge' };
  const { draft, licenses } = choosing;
  const { form: sent, words, data } = visit;
  const retain = licenses.find(({ id }) => id === sent.text('retain'))?.id;
  const others = licenses.filter(({ id }) => id !== retain);
  const ticked = new Set(sent.all('merge'));
  const isPair = licenses.length === 2;
  const chosen = isPair ? others : others.filter(({ id }) => ticked.has(id));
  const faults: Fault[] = [];
  if (retain === undefined) faults.push({ field: 'retain', message: words.faults.retain });
  if (!isPair && chosen.length === 0) faults.push({ field: 'merge', message: words.faults.mergeWhich });
  const changed: MergeDraft = {
    ...draft,
    ...(retain !== undefined && { retain }),
    merge: chosen.map(({ id }) => id),
  };
  await keep(portal, visit, withMerge(data, changed));
  if (faults.length > 0)
    return { status: 422, page: licensesPage(visit, { draft: changed, licenses }, faults) };
  return { go: previewPath };
}

function licensesPage(
  visit: MemberVisit,
  { draft, licenses }: Choosing,
  faults: readonly Fault[] = [],
): string {
  const { id, product, retain, merge } = draft;
  const title = visit.words.merge.premisesTitle(product);
  return portalPage(visit, {
    title,
    faults,
    content: html`<h1>${title}</h1>
      ${licenseChoice(visit, { product, licenses, fields: { draft: id }, retain, merge }, faults)}`,
  });
}

/** The merge as a message; undefined while something is not chosen or no longer proven. */
async function contentOf(portal: Portal, draft: MergeDraft): Promise<object | undefined> {
  const head = { requestNumber: `PORTAL-${draft.id}`, requestedAt: draft.at };
  if (draft.kind === 'service') {
    const { proven, from } = draft;
    const isProven =
      proven !== undefined &&
      from !== undefined &&
      proven.accounts.includes(from) &&
      proven.until > new Date().toISOString();
    return isProven
      ? { ...head, kind: 'service', product: draft.product, into: draft.into, from }
      : undefined;
  }
  const product = productNamed(portal.fulfillment.catalog, draft.product);
  const licenses = product ? await mergeableLicenses(portal, draft.into, product) : [];
  const codeOf = (id: string | undefined) => licenses.find((license) => license.id === id)?.activationCode;
  const retain = codeOf(draft.retain);
  const merged = (draft.merge ?? []).flatMap((id) => codeOf(id) ?? []);
  return retain === undefined || merged.length === 0
    ? undefined
    : { ...head, kind: 'on-premises', account: draft.into, retain, merge: merged };
}

async function showPreview(portal: Portal, visit: MemberVisit, draft: MergeDraft): Promise<Answer> {
  const content = await contentOf(portal, draft);
  const choosing = draft.kind === 'service' ? '/portal/merge/service' : licensesPath;
  if (!content) return { go: choosing };
  const parsed = parseMessage('merge-request', content);
  if (!parsed.ok) return { go: choosing };
  const seen = await preview(portal.fulfillment, parsed.message, { kind: 'operator' });
  if (seen.outcome === 'repeat') return { go: `/portal/requests/${seen.id}` };
  if (seen.outcome !== 'preview') return { go: choosing };
  return { page: previewPage(visit, draft, seen.preview, choosing) };
}

function previewPage(visit: MemberVisit, draft: MergeDraft, outcome: Outcome, choosing: string): string {
  const { words } = visit;
  const { merge: text } = words;
  const again = html`<a href="${choosing}">${text.again}</a>`;
  if (outcome.status === 'rejected') {
    return portalPage(visit, {
      title: text.refused,
      content: html`<h1>${text.refused}</h1>
        <div class="notice"><p>${refusalOf(visit, outcome.reason)}</p></div>
        <p>${again}</p>`,
    });
  }
  return portalPage(visit, {
    title: text.previewTitle,
    content: html`<h1>${text.previewTitle}</h1>
      <p class="lead">${text.previewLead}</p>
      ${outcome.status === 'held' && html`<div class="notice"><p>${refusalOf(visit, outcome.reason)} ${text.heldNote}</p></div>`}
      <div class="sheet">
        ${outcome.survivor && mergeTable(visit, draft.product, outcome.survivor, outcome.merged ?? [], false)}
        ${form(previewPath, html`<div class="actions">${button(text.button)} ${again}</div>`, { draft: draft.id })}
      </div>`,
  });
}

async function merge(portal: Portal, visit: MemberVisit): Promise<Answer> {
  const draft = mergeDraftOf(visit);
  if (!draft) return { go: '/portal/merge' };
  const content = await contentOf(portal, draft);
  // Sent a second time, the licenses may be merged already: the first answer stands under its number.
  if (!content) return { go: draft.kind === 'service' ? '/portal/merge/service' : '/portal/licenses' };
  const submitted = await submit(portal, 'merge-request', content, {
    member: visit.address,
    language: visit.language,
  });
  if (submitted.outcome === 'refused') return { go: previewPath };
  return { go: `/portal/requests/${submitted.id}` };
}
