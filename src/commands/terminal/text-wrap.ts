import { stripVTControlCharacters } from 'node:util';

/** Columns of a terminal that a text takes: two for a wide character, none for a combining mark or a colour. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const symbol of stripVTControlCharacters(text)) width += symbolWidth(symbol);
  return width;
}

/** Breaks a text into lines of at most `width` columns: between words, and within one that is longer than a line (or has no spaces). */
export function wrapText(text: string, width: number): readonly string[] {
  return text.split('\n').flatMap((line) => (displayWidth(line) <= width ? [line] : wrapLine(line, width)));
}

function wrapLine(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((whole) => pieces(whole, width))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (displayWidth(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
  }
  return [...lines, line];
}

function pieces(word: string, width: number): readonly string[] {
  if (displayWidth(word) <= width) return [word];
  const found: string[] = [];
  let piece = '';
  for (const symbol of word) {
    if (piece !== '' && displayWidth(piece) + symbolWidth(symbol) > width) {
      found.push(piece);
      piece = '';
    }
    piece += symbol;
  }
  return [...found, piece];
}

function symbolWidth(symbol: string): number {
  if (/\p{M}|\p{Cf}/u.test(symbol)) return 0;
  return wide.test(symbol) ? 2 : 1;
}

const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
