import type { Language } from '#src/domain/customers/language.ts';
import { wordsOf } from '#src/web/customers/words/words.ts';

/** Names of controls that tests look for. English ones are the contract's, letter by letter (contract §8). */
export interface Tongue {
  readonly signUp: string;
  readonly firstTime: string;
  readonly key: string;
  readonly go: string;
  readonly accept: string;
  readonly company: string;
  readonly contact: string;
  readonly account: string;
  readonly email: string;
  readonly country: string;
  readonly region: string;
  readonly code: string;
  readonly register: string;
  readonly change: string;
  readonly owned: string;
  readonly issued: string;
  readonly isNew: string;
  readonly get: string;
  readonly kit: string;
  readonly signIn: string;
  readonly signOut: string;
  readonly merge: string;
  readonly mergeCode: string;
  readonly signInToMerge: string;
  readonly retain: string;
  readonly into: string;
  readonly preview: string;
  readonly doMerge: string;
  readonly undo: string;
}

const en: Tongue = {
  signUp: 'Sign up now',
  firstTime: 'No, I am a first time user',
  key: 'Registration Key',
  go: 'Continue',
  accept: 'I have read and accept the License Agreement',
  company: 'Company',
  contact: 'Contact',
  account: 'Account name',
  email: 'E-mail address',
  country: 'Country',
  region: 'Region',
  code: 'Code',
  register: 'Register',
  change: 'Change',
  owned: 'Owned',
  issued: 'Issued',
  isNew: 'New',
  get: 'Get Activation Codes',
  kit: 'Get Deployment Kit',
  signIn: 'Sign in',
  signOut: 'Sign out',
  merge: 'Merge Products',
  mergeCode: 'Activation Code or Registration Key',
  signInToMerge: 'Sign in to merge',
  retain: 'License to retain',
  into: 'Merge into it',
  preview: 'Preview',
  doMerge: 'Merge',
  undo: 'Undo this merge',
};

function tongueOf(language: Exclude<Language, 'en'>): Tongue {
  const { signIn, signUp, suiteInfo, licensesPage, merge, ...words } = wordsOf[language];
  return {
    signUp: signIn.signUp,
    firstTime: signUp.no,
    key: words.registrationKey,
    go: words.continue,
    accept: signUp.accept,
    company: words.company,
    contact: words.contact,
    account: words.accountName,
    email: words.email,
    country: words.country,
    region: words.region,
    code: words.code,
    register: signUp.register,
    change: words.change,
    owned: suiteInfo.owned,
    issued: suiteInfo.issued,
    isNew: suiteInfo.new,
    get: suiteInfo.get,
    kit: suiteInfo.kit,
    signIn: signIn.button,
    signOut: words.signOut,
    merge: licensesPage.merge,
    mergeCode: merge.code,
    signInToMerge: merge.signInTo,
    retain: merge.retain,
    into: merge.into,
    preview: merge.preview,
    doMerge: merge.button,
    undo: merge.undo,
  };
}

export const tongues: Readonly<Record<Language, Tongue>> = { en, de: tongueOf('de'), ja: tongueOf('ja') };

/** Every language at both widths that pages are promised for. */
export const everyWay = (['en', 'de', 'ja'] as const).flatMap((language) =>
  ([360, 1280] as const).map((width) => ({ language, width })),
);
