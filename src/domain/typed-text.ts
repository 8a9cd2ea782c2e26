/** What nobody sees: soft hyphens, zero-width blanks and joiners, byte order marks, fillers, direction marks. */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;

/** Hyphens and dashes of every kind, and what keyboards of other scripts give in their place. */
const dash = /[\p{Dash}\u02D7\u2043\u23AF\u2500\u2501\u2796\u30FC]/gu;

/** Blanks of every width; tabs and line ends are none, since they are no part of an identifier. */
const blanks = /[\p{Zs}\u2800]+/gu;

/** Longer texts are no identifiers and no codes; they are left for their schema to refuse. */
const longest = 500;

/**
 * An identifier (an order number, an account's id, a suite's code) as it was meant: full-width and other compatible spellings become
 * plain, invisible characters go, dashes of any kind become hyphens, blanks at the ends go, several between words are one. Applying
 * it again changes nothing.
 */
export function plainIdentifier(typed: string): string {
  if (isPlain.test(typed) || typed.length > longest) return typed;
  return typed
    .normalize('NFKC')
    .replaceAll(invisible, '')
    .replaceAll(dash, '-')
    .replaceAll(blanks, ' ')
    .replaceAll(/^ +| +$/g, '');
}

const isPlain = /^[!-~]+(?: [!-~]+)*$/;

/** A name that is looked up (a suite's, a product's, a region's) without blanks and invisible characters at its ends. */
export function plainName(typed: string): string {
  return typed.replaceAll(/[\p{Zs}\u2800]/gu, ' ').replaceAll(ends, '');
}

const ends = /^[ \p{Default_Ignorable_Code_Point}\p{Cf}]+|[ \p{Default_Ignorable_Code_Point}\p{Cf}]+$/gu;

/** The letters and digits of a code as a person typed or pasted it; blanks, invisible characters and dashes do not matter (rules §2). */
export function codeSymbols(typed: string): string | undefined {
  if (typed.length > longest) return undefined;
  return typed
    .normalize('NFKC')
    .replaceAll(invisible, '')
    .replaceAll(dash, '')
    .replaceAll(/[\s\u2800]/gu, '');
}

/** Whether anything of the text can be seen. */
export function isVisible(text: string): boolean {
  return /[^\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u.test(text);
}

/** One spelling for comparing names that people write: case and blanks at the ends do not matter (regions, rules §5.3). */
export function comparable(text: string): string {
  return plainIdentifier(text).toLowerCase();
}
