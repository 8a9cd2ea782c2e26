/** What a piece of text is for; the faces follow from it. */
export type Role = 'display' | 'text' | 'strong' | 'code';

/** One line of text, measured; sizes come later, so the unit is a thousandth of the size. */
export interface SetLine {
  /** In the order in which they are read. */
  readonly runs: readonly Run[];
  readonly width: number;
  /** What is added after every character but the last. */
  readonly tracking: number;
}

/** Neighbouring characters of one face. */
export interface Run {
  /** The name that the document knows the face by. */
  readonly face: string;
  /** As the face takes it. */
  readonly text: string;
  /** Where it begins, from the left end of the line. */
  readonly left: number;
  /** Of letters that join, stack or change places: which characters the glyphs stand for, from left to right. */
  readonly clusters?: readonly { readonly text: string; readonly glyphs: number }[];
}

/** How the texts of one document are set: its layout decides (`CertificateFacts.layout`). */
export interface DocumentFonts {
  /** Measures the text on one line. */
  setLine(role: Role, text: string, tracking?: number): SetLine;
  /** The least pieces that a line may be broken between where a word is longer than a line. */
  piecesOf(word: string): readonly string[];
  /** The text so that, put between others, neither its reading direction nor theirs changes the other's. */
  isolated(text: string): string;
  /** By how much lines of this text must be further apart, so that what its letters carry does not meet. */
  lineStretch(text: string): number;
  /** What to put before each line of a broken text, so that the lines have the direction of the whole. */
  directionMark(text: string): string;
}

/** Scripts that reach further up or down than Latin does, and by how much more room a line of them needs. */
const tall: readonly (readonly [RegExp, number])[] = [
  [/\p{Script=Mymr}/u, 1.7],
  [/\p{Script=Tibt}/u, 1.6],
  [/\p{Script=Khmr}/u, 1.35],
  [/[\p{Script=Thai}\p{Script=Laoo}]/u, 1.2],
  [/[\p{Script=Deva}\p{Script=Beng}\p{Script=Guru}\p{Script=Gujr}\p{Script=Orya}]/u, 1.2],
  [/[\p{Script=Telu}\p{Script=Knda}\p{Script=Mlym}\p{Script=Sinh}]/u, 1.25],
  // Vowels and other signs above and below.
  [/[\u0591-\u05C7\u064B-\u065F\u0670\u06D6-\u06ED]/u, 1.25],
];

/** See `DocumentFonts.lineStretch`. */
export function lineStretch(text: string): number {
  return Math.max(1, ...tall.flatMap(([script, stretch]) => (script.test(text) ? [stretch] : [])));
}
