/** Characters that change how others look and have no look of their own. */
// eslint-disable-next-line no-misleading-character-class -- the joining characters themselves are meant
export const SHAPING_ONLY = /[\u200C\u200D\uFE0E\uFE0F]/gu;

/** A picture: flags, sequences joined by zero width joiners, skin tones, keycaps. */
const PICTURE =
  /\p{Regional_Indicator}{2}|[#*0-9]\uFE0F?\u20E3|\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})*(?:\u200D\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})*)*/u;

/** A letter with what is written on it. */
// eslint-disable-next-line no-misleading-character-class -- the joining characters themselves are meant
const LETTER = /\P{M}[\p{M}\u200C\u200D\uFE00-\uFE0F]*|[\p{M}\u200C\u200D\uFE00-\uFE0F]+/u;

const CLUSTER = new RegExp(`${PICTURE.source}|${LETTER.source}`, 'gu');

/** Text in pieces that one face must show as a whole. */
export function clustersOf(text: string): readonly string[] {
  return text.match(CLUSTER) ?? [];
}

/** Signs that join the consonants before and after them into one syllable, and vowels that stand before theirs. */
const JOINED = String.raw`(?:[\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D\u0DCA\u1039\u17D2]\u200D?\P{M}\p{M}*)*`;
const SYLLABLE = new RegExp(
  String.raw`${PICTURE.source}|[\u0E40-\u0E44\u0EC0-\u0EC4]?\P{M}[\p{M}\u200C\u200D]*?(?![\p{M}\u200C\u200D])${JOINED}|[^]`,
  'gu',
);

/** Text in pieces between which a word that is longer than a line may be broken. */
export function syllablesOf(text: string): readonly string[] {
  return text.match(SYLLABLE) ?? [];
}

/** Whether it is drawn as a picture although a text font may have it too. */
export function isPicture(cluster: string): boolean {
  return /\p{Emoji_Presentation}|\uFE0F|\p{Regional_Indicator}/u.test(cluster);
}
