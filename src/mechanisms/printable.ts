/**
 * What a terminal would obey instead of showing, or would show in another order or not at all: control characters, marks that turn the
 * direction of writing, separators of lines, halves of surrogate pairs.
 */
const unprintable =
  // eslint-disable-next-line no-control-regex -- control characters are what is shown otherwise
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu;

/** A foreign text in one line, with nothing in it that a terminal, a log or a page would not show as it is: ESC becomes `\u001b`. */
export function printable(text: string): string {
  return text.replaceAll(unprintable, escaped);
}

/** Line ends, and the few styles that we set ourselves. */
// eslint-disable-next-line no-control-regex -- our styles are escape sequences
const ours = /(\n|\u001b\[(?:0|1|2|22|3[0-9]|39|9[0-7])m)/;

/** Text of several lines, styled by us, on its way to a terminal: whatever else it obeys is made visible. */
export function printableLines(text: string): string {
  return text
    .split(ours)
    .map((part, i) => (i % 2 === 1 ? part : printable(part)))
    .join('');
}

function escaped(symbol: string): string {
  return `\\u${symbol.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** At most so many characters of a text, not cut within one. */
export function shortened(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}…`;
}
