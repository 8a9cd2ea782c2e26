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
