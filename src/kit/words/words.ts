/** What `START-HERE.html` says, in one language. */
export interface KitWords {
  readonly language: 'en' | 'de' | 'ja';
  /** The language's name in itself. */
  readonly name: string;
  readonly title: string;
  /** With `{number}` and `{version}`. */
  readonly certificate: string;
  /** For whom and what; `{suite}` and `{company}` stand for those. */
  readonly purpose: string;
  readonly install: string;
  readonly steps: readonly { readonly where: string; readonly how: string; readonly command?: string }[];
  readonly checked: string;
  readonly byHand: string;
  readonly products: string;
  readonly columns: {
    readonly product: string;
    readonly code: string;
    readonly seats: string;
    readonly validThrough: string;
    readonly get: string;
  };
  readonly console: string;
  readonly nothing: string;
  readonly owned: string;
  readonly files: string;
  readonly fileList: readonly (readonly [file: string, what: string])[];
  readonly secret: string;
}
