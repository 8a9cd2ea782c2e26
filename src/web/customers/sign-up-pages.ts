import type { Agreement } from '#src/domain/catalog.ts';
import { canonicalCode, hasValidCheckSymbol } from '#src/domain/code.ts';
import { dateInWords, numberInWords } from '#src/domain/customers/dates.ts';
import { signInLimits } from '#src/domain/customers/sign-in.ts';
import { isEnded, type RegistrationKey } from '#src/domain/holdings.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { networkOf } from '#src/mechanisms/networks.ts';
import { newId } from '#src/mechanisms/new-id.ts';
import { findKeyByCode, findKeyById } from '#src/persistence/customer-keys.ts';
import { inTransaction } from '#src/persistence/database.ts';
import { findRetiredCodes } from '#src/persistence/retired-codes.ts';
import { countWrongKeys, insertWrongKey } from '#src/persistence/sign-in-codes.ts';
import { transactionTime } from '#src/persistence/transaction-time.ts';
import { button, checkbox, choices, form, textbox, type Fault } from '#src/web/controls.ts';
import { portalPage } from '#src/web/customers/portal-page.ts';
import { keep, readingOf, type Portal } from '#src/web/customers/portal.ts';
import type { Routes } from '#src/web/customers/routes.ts';
import { withDraft, type Answer, type Draft, type Visit } from '#src/web/customers/visit.ts';
import { attribute } from '#src/web/frame.ts';

const steps = 4;

/** Which of the pages of signing up this is: the key, the agreement, the details, and everything once more. */
export function stepOf({ words }: Visit, step: 1 | 2 | 3 | 4): Html {
  return html`<p class="eyebrow">${words.signUp.step(step, steps)}</p>`;
}

/** `/portal/sign-up` and `/portal/sign-up/agreement`: the key, then what it is for and the License Agreement. */
export function signUpPages(routes: Routes, portal: Portal): void {
  routes.get('/portal/sign-up', async (visit) => ({ page: keyPage(visit) }));
  routes.post('/portal/sign-up', (visit) => takeKey(portal, visit));
  routes.get('/portal/sign-up/agreement', async (visit) => {
    const found = await draftOf(portal, visit);
    return found ? { page: agreementPage(portal, visit, found) } : { go: '/portal/sign-up' };
  });
  routes.post('/portal/sign-up/agreement', async (visit) => {
    const found = await draftOf(portal, visit);
    if (!found) return { go: '/portal/sign-up' };
    if (visit.form.text('agreement') !== 'yes') {
      const faults = [{ field: 'agreement', message: visit.words.faults.agreement }];
      return { status: 422, page: agreementPage(portal, visit, found, faults) };
    }
    const { version } = agreementOf(portal);
    const accepted = { version, at: new Date().toISOString() };
    await keep(portal, visit, withDraft(visit.data, { ...found.draft, accepted }));
    const isDecided = found.draft.goal !== undefined && visit.address !== undefined;
    return { go: isDecided ? '/portal/sign-up/check' : '/portal/sign-up/details' };
  });
}

export interface FoundDraft {
  readonly draft: Draft;
  readonly key: RegistrationKey;
}

/** The registration that the form names, or else the one that the browser went on with last; and its key. */
export async function draftOf(portal: Portal, visit: Visit): Promise<FoundDraft | undefined> {
  const named = visit.form.text('draft');
  const { drafts } = visit.data;
  const draft = named === '' ? drafts[0] : drafts.find(({ id }) => id === named);
  const key = draft && (await findKeyById(readingOf(portal), draft.key));
  return draft && key && { draft, key };
}

export function agreementOf({ fulfillment }: Portal): Agreement {
  return fulfillment.catalog.agreement;
}

async function takeKey(portal: Portal, visit: Visit): Promise<Answer> {
  const { form: sent, words } = visit;
  const typed = sent.text('registrationKey');
  const way = sent.text('way');
  const faults: Fault[] = [];
  if (way !== 'yes' && way !== 'no') faults.push({ field: 'way', message: words.faults.wayMissing });
  const found = await keyTyped(portal, visit, typed);
  if (typeof found === 'string') faults.push({ field: 'registrationKey', message: found });
  if (typeof found === 'string' || (way !== 'yes' && way !== 'no'))
    return { status: 422, page: keyPage(visit, typed, way, faults) };
  // Who went back to change the key does not fill out the form a second time.
  const [before] = visit.data.drafts;
  const details = way === 'no' ? before?.details : undefined;
  const draft: Draft = { id: newId(), key: found.id, way, ...(details && { details }) };
  await keep(portal, visit, withDraft(visit.data, draft));
  return { go: '/portal/sign-up/agreement' };
}

/** The key of what was typed, or the words of what is wrong with it. Keys that are none are counted per network. */
async function keyTyped(portal: Portal, visit: Visit, typed: string): Promise<RegistrationKey | string> {
  const { faults } = visit.words;
  if (typed === '') return faults.keyMissing;
  const network = networkOf(visit.request.ip);
  const { database } = portal.fulfillment;
  if ((await countWrongKeys(readingOf(portal), network)) >= signInLimits.wrongKeysPerNetwork)
    return faults.tooManyKeys;
  const wrong = async (message: string) => {
    await inTransaction(database, (tx) => insertWrongKey(tx, newId(), network));
    return message;
  };
  const code = canonicalCode('registration-key', typed);
  if (code === undefined || !hasValidCheckSymbol(code)) return wrong(faults.keyMistyped);
  const tx = readingOf(portal);
  const [named, [retired], { today }] = await Promise.all([
    findKeyByCode(tx, code),
    findRetiredCodes(tx, [code]),
    transactionTime(tx),
  ]);
  const isStillGood = retired !== undefined && retired.until !== null && retired.until >= today;
  // A replaced key is good until the day that was said of it.
  const key = named ?? (isStillGood ? await findKeyByCode(tx, retired.keyCode ?? '') : undefined);
  if (key) return isEnded(key, today) ? faults.keyEnded : key;
  return retired ? faults.keyReplaced : wrong(faults.keyUnknown);
}

function keyPage(
  visit: Visit,
  typed = '',
  way = visit.address === undefined ? '' : 'yes',
  faults: readonly Fault[] = [],
): string {
  const { words } = visit;
  const { signUp: text } = words;
  return portalPage(visit, {
    title: text.title,
    width: 'narrow',
    faults,
    content: html`${stepOf(visit, 1)}
      <h1>${text.title}</h1>
      <p class="lead">${text.lead}</p>
      <div class="sheet">
        ${form(
          '/portal/sign-up',
          html`${choices({
            kind: 'radio',
            id: 'way',
            legend: text.question,
            choices: [
              { value: 'yes', text: text.yes },
              { value: 'no', text: text.no },
            ],
            chosen: [way],
            faults,
          })}
          ${textbox({
            id: 'registrationKey',
            label: words.registrationKey,
            value: typed,
            hint: text.keyHint,
            look: 'code',
            autocomplete: 'off',
            maxlength: 100,
            faults,
          })}
          ${button(words.continue)}`,
        )}
      </div>`,
  });
}

function agreementPage(
  portal: Portal,
  visit: Visit,
  { draft, key }: FoundDraft,
  faults: readonly Fault[] = [],
): string {
  const { words } = visit;
  const { signUp: text } = words;
  const { version, text: agreement, language } = agreementOf(portal);
  const inWords = language && new Intl.DisplayNames(visit.language, { type: 'language' }).of(language);
  return portalPage(visit, {
    title: text.agreementTitle,
    faults,
    content: html`${stepOf(visit, 2)}
      <h1>${text.agreementTitle}</h1>
      <div class="sheet">
        ${keyFacts(visit, key)}
        <h2>${text.agreementHeading}</h2>
        <p class="muted small">${text.version} ${version}${inWords !== undefined && ` · ${inWords}`}</p>
        <section class="agreement" tabindex="0" aria-label="${text.agreementHeading}">
          <div ${language !== undefined && attribute('lang', language)}>
            ${agreement.split(/\n{2,}/).map((paragraph) => html`<p>${paragraph}</p>`)}
          </div>
        </section>
        ${form(
          '/portal/sign-up/agreement',
          html`${checkbox({ id: 'agreement', label: text.accept, checked: draft.accepted !== undefined, faults })}
          ${button(words.continue)}`,
          { draft: draft.id },
        )}
      </div>`,
  });
}

/** What the key is for: its suite, seats, end and reseller; never whose it is. */
export function keyFacts(visit: Visit, key: RegistrationKey): Html {
  const { words, language } = visit;
  return html`<dl>
    <dt>${words.suite}</dt>
    <dd>${key.suiteName}</dd>
    <dt>${words.seats}</dt>
    <dd>${numberInWords(key.seats, language)}</dd>
    <dt>${words.validThrough}</dt>
    <dd><time datetime="${key.validThrough}">${dateInWords(key.validThrough, language)}</time></dd>
    <dt>${words.reseller}</dt>
    <dd>${key.reseller}</dd>
  </dl>`;
}
