import { productNamed, type Product } from '#src/domain/catalog.ts';
import { canonicalCode, hasValidCheckSymbol } from '#src/domain/code.ts';
import { dateInWords, numberInWords } from '#src/domain/customers/dates.ts';
import { productFamily, statusOn, type License } from '#src/domain/license.ts';
import { licenseFault, ownSideFault } from '#src/domain/merging/own-side.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { findKeyByCode } from '#src/persistence/customer-keys.ts';
import { findLicensesOfAccounts } from '#src/persistence/ledger.ts';
import { findRetiredCodes } from '#src/persistence/retired-codes.ts';
import { transactionTime } from '#src/persistence/transaction-time.ts';
import { button, form, textbox, type Fault } from '#src/web/controls.ts';
import { licenseChoice, mergeableLicenses, newDraft } from '#src/web/customers/merge-choice.ts';
import { portalPage } from '#src/web/customers/portal-page.ts';
import { keep, readingOf, type Portal } from '#src/web/customers/portal.ts';
import type { Routes } from '#src/web/customers/routes.ts';
import { withMerge, type Answer, type MemberVisit, type MergeDraft } from '#src/web/customers/visit.ts';

const path = '/portal/merge';

/** `/portal/merge`: a code, then the account's products, and which of them can be merged. */
export function mergePages(routes: Routes, portal: Portal): void {
  routes.memberGet(path, async (visit) => ({ page: codePage(visit) }));
  routes.memberPost(path, (visit) => takeCode(portal, visit));
  routes.memberGet('/portal/merge/products', async (visit) => ({ page: await productsPage(portal, visit) }));
  routes.memberPost('/portal/merge/products', (visit) => begin(portal, visit));
}

/** The merge that the form names, or else the one that the browser went on with last, if it is of the account acted for. */
export function mergeDraftOf({ data, form: sent, account }: MemberVisit): MergeDraft | undefined {
  const named = sent.text('draft');
  const draft = named === '' ? data.merges[0] : data.merges.find(({ id }) => id === named);
  return draft?.into === account ? draft : undefined;
}

async function takeCode(portal: Portal, visit: MemberVisit): Promise<Answer> {
  const { words, form: sent, account } = visit;
  const typed = sent.text('code');
  const refuse = (message: string): Answer => ({
    status: 422,
    page: codePage(visit, typed, [{ field: 'code', message }]),
  });
  if (typed === '') return refuse(words.faults.codeMissing);
  const tx = readingOf(portal);
  const activationCode = canonicalCode('activation-code', typed);
  const registrationKey = canonicalCode('registration-key', typed);
  const code = activationCode ?? registrationKey;
  if (code === undefined) return refuse(words.faults.codeMistyped);
  const [licenses, [retired], { today }] = await Promise.all([
    findLicensesOfAccounts(tx, [account]),
    findRetiredCodes(tx, [code]),
    transactionTime(tx),
  ]);
  const key = await findKeyByCode(tx, retired?.keyCode ?? code);
  const isMine =
    activationCode === undefined
      ? key?.account === account
      : licenses.some(({ id, activationCode: own }) => own === code || id === retired?.license);
  if (!isMine)
    return refuse(hasValidCheckSymbol(code) ? words.faults.codeUnknown : words.faults.codeMistyped);
  if (retired && (retired.until === null || retired.until < today)) return refuse(words.faults.codeReplaced);
  if (visit.data.kept) {
    const { kept: _, ...rest } = visit.data;
    await keep(portal, visit, rest);
  }
  return { go: '/portal/merge/products' };
}

function codePage(visit: MemberVisit, typed?: string, faults: readonly Fault[] = []): string {
  const { words, data } = visit;
  const { merge: text } = words;
  const kept = data.kept?.path === path ? data.kept.fields.find(([name]) => name === 'code')?.[1] : undefined;
  return portalPage(visit, {
    title: text.title,
    width: 'narrow',
    faults,
    content: html`<h1>${text.title}</h1>
      <p class="lead">${text.lead}</p>
      <div class="sheet">
        ${form(
          path,
          html`${textbox({
            id: 'code',
            label: text.code,
            value: typed ?? kept ?? '',
            hint: words.signUp.keyHint,
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

async function begin(portal: Portal, visit: MemberVisit): Promise<Answer> {
  const { form: sent, data, account } = visit;
  const product = productNamed(portal.fulfillment.catalog, sent.text('product'));
  if (!product?.mergeable) return { go: '/portal/merge/products' };
  await keep(portal, visit, withMerge(data, newDraft(product, account)));
  return { go: product.delivery === 'service' ? '/portal/merge/service' : '/portal/merge/licenses' };
}

/** A license, and why it cannot be merged where that differs from what is said of its product. */
interface OfferedLicense extends Pick<License, 'activationCode' | 'seats' | 'validThrough' | 'edition'> {
  readonly status: License['status'];
  readonly fault: string | undefined;
}

interface Offer {
  readonly product: string;
  readonly kind: Product['delivery'];
  readonly licenses: readonly OfferedLicense[];
  /** Why not; absent when it can be merged. */
  readonly fault: string | undefined;
}

async function offersOf(portal: Portal, account: string): Promise<readonly Offer[]> {
  const tx = readingOf(portal);
  const [licenses, { today }] = await Promise.all([
    findLicensesOfAccounts(tx, [account]),
    transactionTime(tx),
  ]);
  const byFamily = Map.groupBy(licenses, ({ pid }) => productFamily(pid));
  const offers = [...byFamily].flatMap(([family, own]): readonly Offer[] => {
    const product = productNamed(portal.fulfillment.catalog, family);
    if (!product) return [];
    const fault = product.mergeable ? ownSideFault(own, product.delivery, today) : 'MERGE_NOT_SUPPORTED';
    const offered = own.map((license) => {
      const reason = product.mergeable ? licenseFault(license, today) : undefined;
      return { ...license, status: statusOn(license, today), fault: reason === fault ? undefined : reason };
    });
    return [{ product: product.name, kind: product.delivery, licenses: offered, fault }];
  });
  return offers.sort((a, b) => Number(a.fault !== undefined) - Number(b.fault !== undefined));
}

async function productsPage(portal: Portal, visit: MemberVisit): Promise<string> {
  const { words } = visit;
  const { merge: text } = words;
  const offers = await offersOf(portal, visit.account);
  const [choice, ...others] = offers.filter(
    ({ kind, fault }) => kind === 'on-premises' && fault === undefined,
  );
  // The only one is chosen from at once.
  const product = others.length === 0 && choice && productNamed(portal.fulfillment.catalog, choice.product);
  const licenses = product ? await mergeableLicenses(portal, visit.account, product) : [];
  return portalPage(visit, {
    title: text.products,
    width: 'wide',
    content: html`<p class="whose">${visit.company} <span>${visit.account}</span></p>
      <h1>${text.products}</h1>
      <p class="lead">${text.productsLead}</p>
      <table class="cards">
        <caption class="tiny">
          ${text.products}
        </caption>
        <thead>
          <tr>
            <th scope="col">${words.product}</th>
            <th scope="col">${words.licensesPage.table}</th>
            <th scope="col">${text.title}</th>
          </tr>
        </thead>
        <tbody>
          ${offers.map((offer, i) => offerRow(visit, offer, `product-${i + 1}`))}
        </tbody>
      </table>
      ${
        product &&
        licenses.length <= mostShown &&
        html`<h2>${text.premisesTitle(product.name)}</h2>
          ${licenseChoice(visit, { product: product.name, licenses, fields: { product: product.name } })}`
      }`,
  });
}

/** Licenses of a product that are named; all of them stand where one is chosen. */
const mostShown = 20;

function offerRow(visit: MemberVisit, { product, kind, licenses, fault }: Offer, id: string): Html {
  const { words, language } = visit;
  const { merge: text } = words;
  return html`<tr>
    <th scope="row" id="${id}">${product}</th>
    <td>
      <ul class="plain">
        ${licenses.slice(0, mostShown).map(
          ({ activationCode, seats, validThrough, status, edition, fault: why }) =>
            html`<li>
              <span class="code">…${activationCode.slice(-4)}</span>
              <span class="muted">
                ${words.statuses[status]}${edition === 'trial' && `, ${words.licensesPage.trial}`} ·
                ${words.seats}: ${numberInWords(seats, language)} · ${words.validThrough}:
                ${dateInWords(validThrough, language)}
              </span>
              ${why !== undefined && html`<span class="why small">${words.reasons[why]}</span>`}
            </li>`,
        )}
        ${licenses.length > mostShown && html`<li class="muted">+ ${licenses.length - mostShown}</li>`}
      </ul>
    </td>
    <td>
      ${
        fault === undefined
          ? html`<p><span class="tag good">${text.can}</span></p>
              ${form(
                '/portal/merge/products',
                html`<button type="submit" aria-describedby="${id}">
                  ${kind === 'service' ? text.signInTo : text.chooseLicenses}
                </button>`,
                { product },
              )}`
          : html`<p><span class="tag plain">${text.cannot}</span></p>
              <p class="small">${words.reasons[fault]}</p>`
      }
    </td>
  </tr>`;
}
