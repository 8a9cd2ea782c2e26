import type { Product } from '#src/domain/catalog.ts';
import { dateInWords, numberInWords } from '#src/domain/customers/dates.ts';
import { productFamily, statusOn, type License } from '#src/domain/license.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { newId } from '#src/mechanisms/new-id.ts';
import { findLicensesOfAccounts } from '#src/persistence/ledger.ts';
import { transactionTime } from '#src/persistence/transaction-time.ts';
import { button, choices, form, type Fault } from '#src/web/controls.ts';
import { readingOf, type Portal } from '#src/web/customers/portal.ts';
import type { MemberVisit, MergeDraft } from '#src/web/customers/visit.ts';

/** Where the license to retain is chosen (on premises). */
export const licensesPath = '/portal/merge/licenses';

/** A merge of a product of the account that is only begun. */
export function newDraft({ name, delivery }: Product, into: string): MergeDraft {
  return { id: newId(), at: new Date().toISOString(), kind: delivery, product: name, into };
}

/** The licenses of a product that can be a side of an on-premises merge. */
export async function mergeableLicenses(
  portal: Portal,
  account: string,
  product: Product,
): Promise<readonly License[]> {
  const tx = readingOf(portal);
  const [licenses, { today }] = await Promise.all([
    findLicensesOfAccounts(tx, [account]),
    transactionTime(tx),
  ]);
  return licenses.filter(
    (license) =>
      productFamily(license.pid) === productFamily(product.pid) &&
      statusOn(license, today) === 'active' &&
      license.edition === 'full',
  );
}

export interface LicenseChoice {
  readonly product: string;
  readonly licenses: readonly License[];
  /** Which merge it is, for the form to send along. */
  readonly fields: Readonly<Record<string, string>>;
  readonly retain?: string | undefined;
  readonly merge?: readonly string[] | undefined;
}

/** The form that asks which license to retain and, of three or more, which to merge into it. */
export function licenseChoice(
  { words, language }: MemberVisit,
  { product, licenses, fields, retain, merge }: LicenseChoice,
  faults: readonly Fault[] = [],
): Html {
  const { merge: text } = words;
  // By its product and the last four symbols of its code.
  const offered = licenses.map(({ id, activationCode, seats, validThrough }) => ({
    value: id,
    text: text.license(product, activationCode.slice(-4)),
    hint: `${words.seats}: ${numberInWords(seats, language)} · ${words.validThrough}: ${dateInWords(validThrough, language)}`,
  }));
  return html`<div class="sheet">
    ${form(
      licensesPath,
      html`${choices({ kind: 'radio', id: 'retain', legend: text.retain, choices: offered, chosen: [retain ?? ''], faults })}
      ${
        licenses.length > 2 &&
        choices({
          kind: 'checkbox',
          id: 'merge',
          legend: text.into,
          choices: offered,
          chosen: merge ?? [],
          faults,
        })
      }
      ${button(text.preview)}`,
      fields,
    )}
  </div>`;
}
