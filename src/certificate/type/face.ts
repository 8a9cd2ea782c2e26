import { createHash } from 'node:crypto';
import { zlibSync } from 'fflate';
import subsetFont from 'subset-font';
import { openFont, type FontSlice } from '#src/certificate/type/font-slice.ts';

/** Some characters of a font slice, ready to be embedded. */
export interface Face {
  /** PostScript name with the subset's tag, which is derived from the program. */
  readonly name: string;
  readonly widthOf: ReadonlyMap<number, number>;
  readonly glyphOf: ReadonlyMap<number, number>;
  /** Thousandths of the size by which two neighbours are set apart (negative: closer). */
  kerning(left: number, right: number): number;
  readonly metrics: FaceMetrics;
  /** The TrueType program, deflated. */
  readonly program: Uint8Array;
  readonly programLength: number;
}

/** In thousandths of the size. */
export interface FaceMetrics {
  readonly ascent: number;
  readonly descent: number;
  readonly capHeight: number;
  readonly italicAngle: number;
  readonly box: readonly number[];
}

/**
 * Cuts the slice down to the characters. Deflated by fflate and not by Node's zlib, whose output differs between builds
 * and processors: the bytes of a certificate must be the same wherever it is rendered.
 */
export async function cutFace(slice: FontSlice, codePoints: readonly number[]): Promise<Face> {
  const text = String.fromCodePoint(...codePoints);
  const program = await subsetFont(slice.sfnt, text, {
    targetFormat: 'truetype',
    noLayoutClosure: true,
    dropTables: UNUSED_TABLES,
  });
  const cut = openFont(program);
  const { font } = slice;
  const scale = 1000 / font.unitsPerEm;
  const glyphOf = new Map<number, number>();
  const widthOf = new Map<number, number>();
  for (const codePoint of codePoints) {
    glyphOf.set(codePoint, cut.glyphForCodePoint(codePoint).id);
    widthOf.set(codePoint, Math.round(font.glyphForCodePoint(codePoint).advanceWidth * scale));
  }
  return {
    name: `${subsetTag(program)}+${slice.postScriptName}`,
    glyphOf,
    widthOf,
    kerning: kerningOf(slice),
    metrics: {
      ascent: Math.round(font.ascent * scale),
      descent: Math.round(font.descent * scale),
      capHeight: Math.round(font.capHeight * scale),
      italicAngle: font.italicAngle,
      box: [font.bbox.minX, font.bbox.minY, font.bbox.maxX, font.bbox.maxY].map((side) =>
        Math.round(side * scale),
      ),
    },
    program: zlibSync(program, { level: 9 }),
    programLength: program.length,
  };
}

/** What a PDF does not read of a font: shaping happens here, names and mappings are written in the PDF's own words. */
const UNUSED_TABLES = ['BASE', 'GDEF', 'GPOS', 'GSUB', 'STAT', 'gasp', 'vhea', 'vmtx', 'VORG'];

const KERNING_ALONE = { liga: false, clig: false, calt: false, ccmp: false, locl: false };

const kerningTables = new WeakMap<FontSlice, Map<number, number>>();

/** Pairs are asked of the font once per process: shaping a whole text costs a hundred times more than a lookup. */
function kerningOf(slice: FontSlice): Face['kerning'] {
  let table = kerningTables.get(slice);
  if (table === undefined) kerningTables.set(slice, (table = new Map()));
  const known = table;
  return (left, right) => {
    const pair = left * 0x110000 + right;
    let kerning = known.get(pair);
    if (kerning === undefined) known.set(pair, (kerning = askKerning(slice, left, right)));
    return kerning;
  };
}

function askKerning({ font }: FontSlice, left: number, right: number): number {
  const { glyphs, positions } = font.layout(String.fromCodePoint(left, right), KERNING_ALONE);
  const [glyph] = glyphs;
  const [position] = positions;
  if (glyph === undefined || position === undefined || glyphs.length !== 2) return 0;
  return Math.round(((position.xAdvance - glyph.advanceWidth) * 1000) / font.unitsPerEm);
}

function subsetTag(program: Buffer): string {
  const digest = createHash('sha256').update(program).digest();
  return String.fromCodePoint(...digest.subarray(0, 6).map((byte) => 65 + (byte % 26)));
}
