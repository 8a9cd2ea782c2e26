/** Words for what the rules, the history and the server answer; the pages' own are beside them. */
export interface AnswerWords {
  /** What was wrong with what was typed. */
  readonly faults: Readonly<
    Record<
      | 'email'
      | 'codeShape'
      | 'codeWrong'
      | 'keyMissing'
      | 'keyMistyped'
      | 'keyUnknown'
      | 'keyEnded'
      | 'keyReplaced'
      | 'codeReplaced'
      | 'tooManyKeys'
      | 'wayMissing'
      | 'agreement'
      | 'company'
      | 'contact'
      | 'accountName'
      | 'accountTaken'
      | 'country'
      | 'region'
      | 'accountMissing'
      | 'selectProducts'
      | 'codeMissing'
      | 'codeMistyped'
      | 'codeUnknown'
      | 'retain'
      | 'mergeWhich'
      | 'lastMember'
      | 'alreadyMember'
      | 'expired',
      string
    >
  >;
  /** By status of a message. */
  readonly events: Readonly<Record<string, string>>;
  /** By kind of a message. */
  readonly kinds: Readonly<Record<string, string>>;
  /** By code of a rejection or hold; the rule's own sentence where there is none. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly helpPage: {
    readonly title: string;
    /** Questions with their answers. */
    readonly parts: readonly (readonly [string, string])[];
  };
  readonly regions: Readonly<Record<'emea' | 'nabu' | 'lar' | 'apac', string>>;
  readonly problems: {
    readonly notFoundTitle: string;
    readonly notFound: string;
    readonly failedTitle: string;
    readonly failed: string;
    readonly crossSiteTitle: string;
    readonly crossSite: string;
    readonly toStart: string;
    readonly tooMany: string;
  };
}
