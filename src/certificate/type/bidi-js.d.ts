/** The part of bidi-js that we use: its own types are those of a CommonJS module, which this file is none. */
declare module 'bidi-js/dist/bidi.mjs' {
  interface Bidi {
    getEmbeddingLevels(text: string): {
      levels: Uint8Array;
      paragraphs: readonly { level: number }[];
    };
    getMirroredCharacter(character: string): string | null;
  }
  export default function bidiFactory(): Bidi;
}
