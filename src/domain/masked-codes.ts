import { canonicalCode, hasValidCheckSymbol, maskCode } from '#src/domain/code.ts';

/** Fields of messages that hold codes, whatever a producer wrote there. */
const codeFields = new Set(['registrationKey', 'activationCode', 'keep', 'retain', 'merge', 'mergedInto']);

/** A UUID, which can hold what looks like a Registration Key, or a code as we write it. */
const uuidOrCode =
  /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[A-Z]{2}-(?:[0-9A-Z]{4}-(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}|(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})/gi;

/** Two letters and a hyphen: how a code as we write it begins, and a UUID does not. */
const codeBeginning = /^[A-Z]{2}-/i;

const alreadyMasked = /^[A-Z]{2}-…-[0-9A-Z]{4}$/;

/** The text with every code in it masked that is written as we write them: for sentences to people, who may have put a code elsewhere. */
export function maskWrittenCodes(text: string): string {
  return text.replaceAll(uuidOrCode, (found) => (codeBeginning.test(found) ? maskCode(found) : found));
}

/** No text shorter than a Registration Key without its hyphens holds a code. */
const shortestCode = 18;

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** The text with everything in it that could be a code masked. Rather too much than too little: for logs and dashboards. */
export function maskCodesIn(text: string): string {
  if (text.length < shortestCode || uuid.test(text)) return text;
  // Written as we write them, wherever they stand; then in any other spelling, as words; then in words that belong together.
  const plain = maskWords(maskWrittenCodes(text));
  return plain
    .split(uuidWithin)
    .map((part, i) => (i % 2 === 1 ? part : maskScatteredCodes(part)))
    .join('');
}

const uuidWithin = /([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})/;

function maskWords(text: string): string {
  return text.replaceAll(/[A-Za-z]{2}[0-9A-Za-z]*(?:-[0-9A-Za-z]+)*/g, (word, at: number) => {
    // A code is a word of its own; what begins in the middle of a longer one (a hash, an id) is none.
    if (at > 0 && /[0-9A-Za-z]/.test(text.charAt(at - 1))) return word;
    const code = canonicalCode('registration-key', word) ?? canonicalCode('activation-code', word);
    return code !== undefined && /\d/.test(code) ? maskCode(code) : word;
  });
}

const separator = /[\s\p{Pd}\p{Cf}_.\u00b7\u2212]/u;

/** A word of a code that is written with blanks, dashes of any kind or invisible characters in it. */
interface Word {
  readonly symbols: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Masks codes whose symbols are spread over several words: with blanks between their groups, dashes of other kinds, full-width letters,
 * invisible characters. Words that only happen to have a code's length together are told apart by the groups or by the check symbol.
 */
function maskScatteredCodes(text: string): string {
  const words = wordsOf(text);
  let shown = '';
  let done = 0;
  let last: ScatteredCode | undefined;
  // What could be a code in several ways is masked from the first symbol of any to the last of any.
  const spans: ScatteredCode[] = [];
  for (const [i, { start }] of words.entries()) {
    for (const found of scatteredCodes(words, i, start)) {
      if (last && found.start < last.end) {
        // Groups and check symbol agree: what shares symbols with it is chance, and would take words of the sentence along.
        if (last.isCertain) continue;
        const { code } = isLikelier(found, last) ? found : last;
        last = {
          ...last,
          code,
          isSure: last.isSure || found.isSure,
          isCertain: false,
          end: Math.max(last.end, found.end),
        };
        spans[spans.length - 1] = last;
      } else {
        last = found;
        spans.push(found);
      }
    }
  }
  for (const { code, start, end } of spans) {
    shown += text.slice(done, start) + maskCode(code);
    done = end;
  }
  return shown + text.slice(done);
}

function isLikelier(one: ScatteredCode, other: ScatteredCode): boolean {
  return one.isSure === other.isSure ? one.code.length > other.code.length : one.isSure;
}

interface ScatteredCode {
  readonly code: string;
  readonly start: number;
  readonly end: number;
  /** Its groups are those of a code. */
  readonly isSure: boolean;
  /** Its check symbol is right, too. */
  readonly isCertain: boolean;
}

/** The words of a text. What is no separator stands between them as an empty one. */
function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  let symbols = '';
  let start = 0;
  let at = 0;
  for (const character of text) {
    const end = at + character.length;
    const folded = character < '\u0080' ? character : character.normalize('NFKC');
    if (symbol.test(folded)) {
      if (symbols === '') start = at;
      symbols += folded;
    } else {
      if (symbols !== '') words.push({ symbols, start, end: at });
      symbols = '';
      if (!separator.test(folded)) words.push({ symbols: '', start: at, end });
    }
    at = end;
  }
  if (symbols !== '') words.push({ symbols, start, end: at });
  return words;
}

const symbol = /^[0-9A-Za-z]+$/;

const codeLengths = [
  { kind: 'registration-key', length: 18, groups: /^2,4,4,4,4$/ },
  { kind: 'activation-code', length: 31, groups: /^2,4,5,5,5,5,5$/ },
] as const;

function scatteredCodes(words: readonly Word[], from: number, start: number): readonly ScatteredCode[] {
  const found: ScatteredCode[] = [];
  let symbols = '';
  const groups: number[] = [];
  for (let i = from; i < words.length && symbols.length <= 31; i += 1) {
    const word = words[i];
    if (!word || word.symbols === '') break;
    symbols += word.symbols;
    groups.push(word.symbols.length);
    const shape = codeLengths.find(({ length }) => length === symbols.length);
    const code = shape && canonicalCode(shape.kind, symbols);
    if (code === undefined || !/\d/.test(code)) continue;
    const isSure = shape?.groups.test(groups.join()) === true || groups.length === 1;
    // Nobody changes between small and capital letters within a code; between the words of a sentence that is usual.
    const isOfOneCase = symbols === symbols.toUpperCase() || symbols === symbols.toLowerCase();
    const isValid = hasValidCheckSymbol(code);
    if (isSure || (isOfOneCase && isValid))
      found.push({ code, start, end: word.end, isSure, isCertain: isSure && isValid });
  }
  return found;
}

/** How much of a value is shown at most. */
export interface MaskingLimits {
  /** Values within values within values. */
  readonly depth: number;
  /** Values in all. */
  readonly values: number;
  /** Characters of one text. */
  readonly text: number;
}

/** Enough for every message of ours, and for a page that lists a hundred of them. */
const usualLimits: MaskingLimits = { depth: 64, values: 200_000, text: 100_000 };

/**
 * The same for a JSON value, names of fields included; in fields that hold codes every text is masked, however it is spelled. A value
 * may be of anybody's making: it is walked without recursion, and what lies too deep or is too much is said to be there instead of shown.
 */
export function maskCodesInValue(value: unknown, limits: MaskingLimits = usualLimits): unknown {
  let left = limits.values;
  const root: { value?: unknown } = {};
  const pending: Pending[] = [{ value, holder: root, key: 'value', isCode: false, depth: 0 }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { holder, key, isCode, depth } = next;
    left -= 1;
    const { shown, inner } = shownValue(next.value, isCode, limits, left <= 0 || depth > limits.depth);
    Object.defineProperty(holder, key, {
      value: shown,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    if (!inner) continue;
    // Named in their order first, and filled in as the stack gives them back.
    const entries = Object.entries(inner).slice(0, Math.max(left, 0) + 1);
    const taken = new Set<string>();
    for (const [name, entry] of entries) {
      const isList = Array.isArray(inner);
      const told = isList ? name : freshName(maskCodesIn(cut(name, limits.text)), taken);
      if (!isList) Object.defineProperty(shown, told, { value: null, enumerable: true, configurable: true });
      pending.push({
        value: entry,
        holder: shown,
        key: told,
        isCode: isCode || (!isList && codeFields.has(name)),
        depth: depth + 1,
      });
    }
  }
  return root.value;
}

interface Pending {
  readonly value: unknown;
  readonly holder: object;
  readonly key: string;
  readonly isCode: boolean;
  readonly depth: number;
}

type Shown =
  | { readonly shown: unknown; readonly inner?: undefined }
  | { readonly shown: object; readonly inner: object };

function shownValue(value: unknown, isCode: boolean, limits: MaskingLimits, isTooMuch: boolean): Shown {
  if (typeof value === 'string')
    return { shown: isCode ? maskedField(value) : maskCodesIn(cut(value, limits.text)) };
  if (typeof value !== 'object' || value === null) return { shown: value };
  if (isTooMuch) return { shown: '… (nested too deep or too large to be shown)' };
  return { shown: Array.isArray(value) ? [] : {}, inner: value };
}

/** Two names may look alike once they are masked. */
function freshName(name: string, taken: Set<string>): string {
  let fresh = name;
  for (let i = 2; taken.has(fresh); i += 1) fresh = `${name} (${i})`;
  taken.add(fresh);
  return fresh;
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}

function maskedField(text: string): string {
  if (alreadyMasked.test(text)) return text;
  const code = canonicalCode('registration-key', text) ?? canonicalCode('activation-code', text);
  return code === undefined ? '…' : maskCode(code);
}
