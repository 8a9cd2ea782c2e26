import { canonicalCode, maskCode } from '#src/domain/code.ts';

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

/** The text with everything in it that could be a code masked. Rather too much than too little: for logs and dashboards. */
export function maskCodesIn(text: string): string {
  // Written as we write them, wherever they stand; then in any other spelling, as words.
  const plain = maskWrittenCodes(text);
  return plain.replaceAll(/[A-Za-z]{2}[0-9A-Za-z]*(?:-[0-9A-Za-z]+)*/g, (word, at: number) => {
    // A code is a word of its own; what begins in the middle of a longer one (a hash, an id) is none.
    if (at > 0 && /[0-9A-Za-z]/.test(plain.charAt(at - 1))) return word;
    const code = canonicalCode('registration-key', word) ?? canonicalCode('activation-code', word);
    return code !== undefined && /\d/.test(code) ? maskCode(code) : word;
  });
}

/** The same for a JSON value, names of fields included; in fields that hold codes every text is masked, however it is spelled. */
export function maskCodesInValue(value: unknown, isCode = false): unknown {
  if (typeof value === 'string') return isCode ? maskedField(value) : maskCodesIn(value);
  if (Array.isArray(value)) return value.map((entry) => maskCodesInValue(entry, isCode));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      maskCodesIn(key),
      maskCodesInValue(inner, isCode || codeFields.has(key)),
    ]),
  );
}

function maskedField(text: string): string {
  if (alreadyMasked.test(text)) return text;
  const code = canonicalCode('registration-key', text) ?? canonicalCode('activation-code', text);
  return code === undefined ? '…' : maskCode(code);
}
