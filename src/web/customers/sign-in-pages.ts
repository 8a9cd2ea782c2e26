import { z } from 'zod';
import { plainAddress } from '#src/domain/customers/address.ts';
import { codeTyped } from '#src/domain/customers/sign-in.ts';
import { html } from '#src/mechanisms/html.ts';
import { networkOf } from '#src/mechanisms/networks.ts';
import { button, form, textbox, type Fault } from '#src/web/controls.ts';
import { portalPage } from '#src/web/customers/portal-page.ts';
import { keep, signIn, type Portal } from '#src/web/customers/portal.ts';
import type { Routes } from '#src/web/customers/routes.ts';
import type { Answer, Visit } from '#src/web/customers/visit.ts';

const email = z.email().max(254);

/** The address as it is compared; undefined for a text that is none. */
export function addressTyped(text: string): string | undefined {
  const address = plainAddress(text);
  return email.safeParse(address).success ? address : undefined;
}

const codePath = '/portal/code';

/** `/portal`: an address; `/portal/code`: the code that was mailed to it. */
export function signInPages(routes: Routes, portal: Portal): void {
  routes.get('/portal', async (visit) =>
    visit.address === undefined ? { page: addressPage(portal, visit) } : { go: '/portal/licenses' },
  );
  routes.post('/portal', (visit) => askForCode(portal, visit));
  routes.get(codePath, async (visit) => {
    const { signingIn } = visit.data;
    return visit.address !== undefined || signingIn === undefined
      ? { go: '/portal' }
      : { page: codePage(visit, signingIn) };
  });
  routes.post(codePath, async (visit) => {
    if (visit.form.text('step') !== 'other') return proveCode(portal, visit);
    const { signingIn: _, ...rest } = visit.data;
    await keep(portal, visit, rest);
    return { go: '/portal' };
  });
  routes.post('/portal/sign-out', async (visit) => {
    const { request, reply, words } = visit;
    if (visit.address === undefined) await portal.sessions.end(request, reply);
    // The old session ends; what the browser gets knows nobody, and says so.
    else
      await portal.sessions.open(request, reply, { subject: '', data: { notice: words.signIn.signedOut } });
    return { go: '/portal' };
  });
}

async function askForCode(portal: Portal, visit: Visit): Promise<Answer> {
  const typed = visit.form.text('email');
  const address = addressTyped(typed);
  if (address === undefined) {
    const faults = [{ field: 'email', message: visit.words.faults.email }];
    return { status: 422, page: addressPage(portal, visit, typed, faults) };
  }
  const session = await keep(portal, visit, { ...visit.data, signingIn: address });
  await portal.proving.request({
    purpose: 'sign-in',
    address,
    session,
    account: null,
    network: networkOf(visit.request.ip),
    language: visit.language,
  });
  return { go: codePath };
}

async function proveCode(portal: Portal, visit: Visit): Promise<Answer> {
  const { data, form: sent, words, session } = visit;
  if (data.signingIn === undefined || !session) return { go: '/portal' };
  const typed = sent.text('code');
  const address = await portal.proving.prove(session.id, 'sign-in', typed);
  if (address === undefined) {
    const message = codeTyped(typed) === undefined ? words.faults.codeShape : words.faults.codeWrong;
    return { status: 422, page: codePage(visit, data.signingIn, typed, [{ field: 'code', message }]) };
  }
  const { signingIn: _, notice: __, ...rest } = data;
  await signIn(portal, visit, address, rest);
  return { go: data.kept?.path ?? '/portal/licenses' };
}

function addressPage(portal: Portal, visit: Visit, typed = '', faults: readonly Fault[] = []): string {
  const { words, data } = visit;
  const { signIn: text } = words;
  return portalPage(visit, {
    title: text.title,
    width: 'narrow',
    faults,
    content: html`<h1>${text.title}</h1>
      <p class="lead">${text.lead}</p>
      <div class="sheet">
        ${form(
          '/portal',
          html`${textbox({
            id: 'email',
            label: words.email,
            type: 'email',
            value: typed,
            hint: text.emailHint,
            autocomplete: 'email',
            inputmode: 'email',
            maxlength: 254,
            faults,
          })}
          ${button(words.continue)}`,
        )}
        ${portal.companySignIn && html`<p><a href="/portal/oidc">${text.company}</a></p>`}
      </div>
      ${data.signingIn !== undefined && html`<p><a href="${codePath}">${text.haveCode}</a></p>`}
      <p class="aside">
        ${text.newHere} <a class="button second" href="/portal/sign-up">${text.signUp}</a>
      </p>`,
  });
}

function codePage(visit: Visit, address: string, typed = '', faults: readonly Fault[] = []): string {
  const { signIn: text } = visit.words;
  return portalPage(visit, {
    title: text.codeTitle,
    width: 'narrow',
    faults,
    content: html`<h1>${text.codeTitle}</h1>
      <p>${text.codeLead(address)}</p>
      <div class="sheet">
        ${form(codePath, html`${codeField(visit, typed, faults)} ${button(text.button)}`, { step: 'code' })}
      </div>
      <p class="muted">${text.noMail}</p>
      <div class="actions">
        ${form('/portal', button(text.again, 'second'), { email: address })}
        ${form(codePath, button(text.other, 'second'), { step: 'other' })}
      </div>`,
  });
}

/** The six digits: one field, so that they can be pasted, and phones offer them. */
export function codeField(visit: Visit, typed: string, faults: readonly Fault[]) {
  const { words } = visit;
  return textbox({
    id: 'code',
    label: words.code,
    value: typed,
    hint: words.signIn.codeHint,
    inputmode: 'numeric',
    autocomplete: 'one-time-code',
    look: 'short',
    maxlength: 20,
    faults,
  });
}
