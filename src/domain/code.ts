import { codeSymbols } from '#src/domain/typed-text.ts';

/** The 31 symbols of a code's body: none that are confused when read aloud or retyped (rules §2). */
export const codeAlphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/** Group lengths after the two-letter prefix: 15 random symbols and a check symbol, 28 random symbols and a check symbol. */
const groups = { 'registration-key': [4, 4, 4, 4], 'activation-code': [4, 5, 5, 5, 5, 5] } as const;

export type CodeKind = keyof typeof groups;

/** How many random symbols a fresh code of the kind needs. */
export const randomSymbols = { 'registration-key': 15, 'activation-code': 28 } as const satisfies Record<
  CodeKind,
  number
>;

/**
 * A code from its catalog prefix and random symbols, with the check symbol appended and hyphens set.
 * @param symbols exactly `randomSymbols[kind]` symbols of `codeAlphabet`
 */
export function composeCode(kind: CodeKind, prefix: string, symbols: string): string {
  return hyphenate(kind, prefix + symbols + checkSymbol(symbols));
}

/** Σ (i · value(dᵢ)) mod 31 over the body symbols, i = 1, 2, …: catches every single substitution and adjacent transposition. */
export function checkSymbol(symbols: string): string {
  let sum = 0;
  for (let i = 0; i < symbols.length; i += 1) sum += (i + 1) * codeAlphabet.indexOf(symbols.charAt(i));
  return codeAlphabet.charAt(sum % codeAlphabet.length);
}

/**
 * The canonical spelling (upper case, hyphens set) of a code as a person typed or pasted it: case, blanks, invisible characters and
 * dashes of any kind do not matter, full-width symbols are plain ones.
 * Undefined when the text has not the kind's shape. The alphabet and check symbol are not looked at: an Activation Code that came
 * from elsewhere has the shape alone (rules §2).
 */
export function canonicalCode(kind: CodeKind, typed: string): string | undefined {
  const plain = codeSymbols(typed);
  const length = 2 + groups[kind].reduce<number>((sum, group) => sum + group, 0);
  if (plain?.length !== length || !/^[A-Za-z]{2}[0-9A-Za-z]+$/.test(plain)) return undefined;
  return hyphenate(kind, plain.toUpperCase());
}

/** Whether a code in canonical spelling uses our alphabet and ends in the right check symbol. */
export function hasValidCheckSymbol(code: string): boolean {
  const body = code.replaceAll('-', '').slice(2);
  return (
    Array.from(body).every((symbol) => codeAlphabet.includes(symbol)) &&
    body.endsWith(checkSymbol(body.slice(0, -1)))
  );
}

/**
 * What may be shown of a code in logs, messages and job names: its prefix and last four symbols, `OS-…-9XQ4` (rules §2). No
 * more: beside a fingerprint a longer mask lets the rest be searched for.
 */
export function maskCode(code: string): string {
  return `${code.slice(0, 2)}-…-${code.slice(-4)}`;
}

function hyphenate(kind: CodeKind, plain: string): string {
  const parts = [plain.slice(0, 2)];
  let at = 2;
  for (const length of groups[kind]) {
    parts.push(plain.slice(at, at + length));
    at += length;
  }
  return parts.join('-');
}
