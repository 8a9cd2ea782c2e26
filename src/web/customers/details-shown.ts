import { html } from '#src/mechanisms/html.ts';
import { button, choices, form, type Fault } from '#src/web/controls.ts';
import { detailsFields, emailField } from '#src/web/customers/details-form.ts';
import { portalPage } from '#src/web/customers/portal-page.ts';
import { codeField } from '#src/web/customers/sign-in-pages.ts';
import { stepOf, type FoundDraft } from '#src/web/customers/sign-up-pages.ts';
import { type Details, type Draft, type Visit } from '#src/web/customers/visit.ts';

export const path = '/portal/sign-up/details';

export function formPage(
  visit: Visit,
  { draft, key }: FoundDraft,
  details: Details,
  faults: readonly Fault[] = [],
): string {
  const { words } = visit;
  const { signUp: text } = words;
  const isFirst = draft.way === 'no';
  const isKnown = key.account !== null;
  const title = isFirst ? text.detailsTitle : text.addressTitle;
  return portalPage(visit, {
    title,
    width: 'narrow',
    faults,
    content: html`${stepOf(visit, 3)}
      <h1>${title}</h1>
      <p class="lead">${isFirst ? text.detailsLead : text.addressLead}</p>
      ${isFirst && isKnown && html`<div class="notice"><p>${text.detailsKnown}</p></div>`}
      <div class="sheet">
        ${form(
          path,
          html`${isFirst ? detailsFields(visit, details, faults, isKnown) : emailField(visit, details.email, faults)}
          ${button(words.continue)}`,
          { draft: draft.id },
        )}
      </div>`,
  });
}

export function codePage(
  visit: Visit,
  { draft }: FoundDraft,
  address: string,
  typed = '',
  faults: readonly Fault[] = [],
): string {
  const { words } = visit;
  const { signUp: text } = words;
  return portalPage(visit, {
    title: text.codeTitle,
    width: 'narrow',
    faults,
    content: html`${stepOf(visit, 3)}
      <h1>${text.codeTitle}</h1>
      <p>${text.codeLead(address)}</p>
      <div class="sheet">
        ${form(path, html`${codeField(visit, typed, faults)} ${button(words.continue)}`, { step: 'code', draft: draft.id })}
      </div>
      <p class="muted">${words.signIn.noMail}</p>
      <div class="actions">
        ${form(path, button(words.signIn.again, 'second'), { step: 'again', draft: draft.id })}
        ${form(path, button(words.signIn.other, 'second'), { step: 'other', draft: draft.id })}
      </div>`,
  });
}

export function accountPage(
  visit: Visit,
  draft: Draft,
  memberships: readonly { readonly account: string; readonly company: string }[],
  isNew: boolean,
  faults: readonly Fault[] = [],
): string {
  const { words } = visit;
  const { signUp: text } = words;
  return portalPage(visit, {
    title: text.whichTitle,
    width: 'narrow',
    faults,
    content: html`${stepOf(visit, 3)}
      <h1>${text.whichTitle}</h1>
      <div class="sheet">
        ${form(
          path,
          html`${choices({
            kind: 'radio',
            id: 'for',
            legend: text.which,
            choices: [
              ...memberships.map(({ account, company }) => ({
                value: account,
                text: `${company} (${account})`,
              })),
              // No account's name holds a blank.
              {
                value: 'new account',
                text: text.newAccount,
                hint: isNew ? draft.details?.company : undefined,
              },
            ],
            chosen: draft.goal && 'account' in draft.goal ? [draft.goal.account] : [],
            faults,
          })}
          ${button(words.continue)}`,
          { step: 'account', draft: draft.id },
        )}
      </div>`,
  });
}

export function foreignPage(visit: Visit): string {
  const { signUp: text } = visit.words;
  return portalPage(visit, {
    title: text.foreignTitle,
    width: 'narrow',
    content: html`<h1>${text.foreignTitle}</h1>
      <p>${text.foreign}</p>
      <p><a href="/portal/sign-up">${text.tryOther}</a></p>`,
  });
}
