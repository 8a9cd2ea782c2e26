import { canonicalCode } from '#src/domain/code.ts';
import { accountNameOf } from '#src/domain/customers/registration-right.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import type { Transaction } from '#src/persistence/database.ts';
import { findAccounts } from '#src/persistence/ledger.ts';
import { select, textbox, type Fault } from '#src/web/controls.ts';
import { drawAccountSuffix } from '#src/web/customers/account-suffix.ts';
import { countries } from '#src/web/customers/countries.ts';
import { addressTyped } from '#src/web/customers/sign-in-pages.ts';
import type { Details, Visit } from '#src/web/customers/visit.ts';
import type { FormBody } from '#src/web/form-body.ts';

const regions = ['emea', 'nabu', 'lar', 'apac'] as const;

export function detailsTyped(form: FormBody): Details {
  return {
    company: form.text('company'),
    contact: form.text('contact'),
    email: form.text('email'),
    account: form.text('account'),
    country: form.text('country'),
    region: form.text('region'),
  };
}

export const noDetails: Details = {
  company: '',
  contact: '',
  email: '',
  account: '',
  country: '',
  region: '',
};

/** Whether the form of a new account was filled in, or left to the address alone. */
export function isAddressAlone(details: Details): boolean {
  return details.company === '' && details.account === '' && details.contact === '';
}

/** @param addressAlone the rest may be missing, since the account is known or made already */
export function faultsOf(details: Details, visit: Visit, addressAlone: boolean): readonly Fault[] {
  const { faults: words } = visit.words;
  const faults: Fault[] = [];
  const say = (isFaulty: boolean, field: string, message: string) => {
    if (isFaulty) faults.push({ field, message });
  };
  if (!addressAlone) {
    say(!isLine(details.company), 'company', words.company);
    say(details.contact !== '' && !isLine(details.contact), 'contact', words.contact);
  }
  say(addressTyped(details.email) === undefined, 'email', words.email);
  if (!addressAlone) {
    const isName =
      /^[a-z0-9][a-z0-9-]{0,62}$/.test(details.account) &&
      canonicalCode('registration-key', details.account) === undefined;
    say(details.account !== '' && !isName, 'account', words.accountName);
    say(!countries('en').some(({ value }) => value === details.country), 'country', words.country);
    say(!regions.some((region) => region === details.region), 'region', words.region);
  }
  return faults;
}

/** A line with something to read in it. No address: names stand in mails to others, where programs make links of them. */
function isLine(text: string): boolean {
  return (
    /[\p{L}\p{N}]/u.test(text) &&
    Array.from(text).length <= 200 &&
    !/\p{Cc}/u.test(text) &&
    !/:\/\/|\bwww\./i.test(text)
  );
}

/** The account's name: as typed, or a free one made of the company's name (contract §8). */
export async function accountNameFor(tx: Transaction, { account, company }: Details): Promise<string> {
  if (account !== '') return account;
  const made = accountNameOf(company);
  if (made === undefined) return `customer-${drawAccountSuffix()}`;
  const [taken] = await findAccounts(tx, [made]);
  return taken ? `${made}-${drawAccountSuffix()}` : made;
}

/** The fields of a new account. Nothing is asked twice: what is known stands there. */
export function detailsFields(
  visit: Visit,
  details: Details,
  faults: readonly Fault[],
  isOptional: boolean,
): Html {
  const { words, language } = visit;
  const { signUp: text } = words;
  const required = !isOptional;
  return html`${textbox({ id: 'company', label: words.company, value: details.company, autocomplete: 'organization', maxlength: 400, required, faults })}
  ${textbox({ id: 'contact', label: words.contact, value: details.contact, hint: text.contactHint, autocomplete: 'name', required: false, faults })}
  ${emailField(visit, details.email, faults)}
  ${textbox({ id: 'account', label: words.accountName, value: details.account, hint: text.accountNameHint, autocomplete: 'off', maxlength: 63, required: false, faults })}
  ${select({ id: 'country', label: words.country, value: details.country, none: words.choose, choices: countries(language), autocomplete: 'country', required, faults })}
  ${select({
    id: 'region',
    label: words.region,
    value: details.region,
    hint: text.regionHint,
    none: words.choose,
    choices: regions.map((region) => ({ value: region, text: words.regions[region] })),
    required,
    faults,
  })}`;
}

export function emailField(visit: Visit, value: string, faults: readonly Fault[]): Html {
  return textbox({
    id: 'email',
    label: visit.words.email,
    type: 'email',
    value,
    autocomplete: 'email',
    inputmode: 'email',
    maxlength: 254,
    faults,
  });
}
