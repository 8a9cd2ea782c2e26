import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { create, type Font, type GlyphRun } from 'fontkit';
import subsetFont from 'subset-font';
import { z } from 'zod';
import type { FontFamily } from '#src/certificate/type/font-family.ts';
import { openShaper, type ShapedWord } from '#src/certificate/type/shaper.ts';
import { remembering } from '#src/mechanisms/remembering.ts';

/** One slice of a family at its weight, as a static TrueType font that all documents share. */
export interface FontSlice {
  /** Unlike that of any other slice. */
  readonly name: string;
  readonly font: Font;
  /** Of a face whose glyphs HarfBuzz places: its `layout` lays out the same, `RIGHT_TO_LEFT` before a word meaning the direction. */
  readonly shape?: (word: string) => ShapedWord;
}

/** Before a word for a shaped face: it is read from right to left. */
export const RIGHT_TO_LEFT = '\u200F';

/** The slice that holds all of the characters, or undefined if the family has none. Loaded at most once per process. */
export async function sliceFor(
  family: FontFamily,
  codePoints: readonly number[],
): Promise<FontSlice | undefined> {
  const list = await slicesOf(family);
  for (const slice of list.get(codePoints[0] ?? 0) ?? []) {
    const loaded = await loadSlice(family, slice);
    if (codePoints.every((codePoint) => loaded.font.hasGlyphForCodePoint(codePoint))) return loaded;
  }
  return undefined;
}

/** A slice as the package lists it. */
interface ListedSlice {
  readonly name: string;
  readonly characters: string;
}

/** By code point, all slices that the package says hold it; a few of them lack it all the same. */
type SliceList = ReadonlyMap<number, readonly ListedSlice[]>;

const resolve = createRequire(import.meta.url).resolve;
const lists = new Map<string, Promise<SliceList>>();
const slices = new Map<string, Promise<FontSlice>>();

function slicesOf(family: FontFamily): Promise<SliceList> {
  return once(lists, family.package, async () => {
    const text = await readFile(resolve(`${family.package}/unicode.json`), 'utf8');
    const ranges = z.record(z.string(), z.string()).parse(JSON.parse(text));
    const list = new Map<number, ListedSlice[]>();
    for (const [key, range] of Object.entries(ranges)) {
      const codePoints = range.split(',').flatMap(expandRange);
      const slice = { name: key.replaceAll(/[[\]]/g, ''), characters: textOf(codePoints) };
      for (const codePoint of codePoints) {
        const known = list.get(codePoint);
        if (known === undefined) list.set(codePoint, [slice]);
        else known.push(slice);
      }
    }
    return list;
  });
}

function loadSlice(family: FontFamily, { name, characters }: ListedSlice): Promise<FontSlice> {
  const key = `${family.package}/${name}/${family.variableWeight}`;
  return once(slices, key, async () => {
    const folder = dirname(resolve(`${family.package}/unicode.json`));
    const packed = await readFile(join(folder, 'files', `${basename(folder)}-${name}${family.fileEnding}`));
    const axes = family.variableWeight === null ? {} : { variationAxes: { wght: family.variableWeight } };
    const form = { targetFormat: 'truetype', noHinting: true, ...axes } as const;
    if (family.shaped) {
      const sfnt = await subsetFont(packed, undefined, { ...form, keepAllGlyphs: true });
      const shaper = await openShaper(sfnt);
      const shape = remembering(
        (word) =>
          word.startsWith(RIGHT_TO_LEFT)
            ? shaper(word.slice(RIGHT_TO_LEFT.length), 'rtl')
            : shaper(word, 'ltr'),
        rememberedWords,
      );
      const font = openFont(sfnt, family.postScriptName);
      layOutBy(font, shape);
      return { name: key, font, shape };
    }
    const sfnt = await subsetFont(packed, characters, {
      ...form,
      noLayoutClosure: true,
      dropTables: LIGATURES,
    });
    const font = openFont(sfnt, family.postScriptName);
    // A glyph keeps the character that it was first asked for, and pdfkit writes that into the file. Asking for all of them
    // here keeps a document's bytes from depending on the documents rendered before it.
    for (const codePoint of font.characterSet) font.glyphForCodePoint(codePoint);
    // Placing the glyphs of words is the longest part of rendering, so it is remembered.
    layOutBy(font, remembering(font.layout.bind(font), rememberedWords));
    return { name: key, font };
  });
}

/** Without them every glyph stands for the characters that it was asked for, so text can be found and copied as written. */
const LIGATURES = ['GSUB'];

/** Padded, because fontkit reads past the end when the last glyph is an empty one. */
function openFont(sfnt: Buffer, postScriptName: string): Font {
  const font = create(Buffer.concat([sfnt, Buffer.alloc(64)]));
  if ('fonts' in font) throw new Error('A font collection where one font was expected.');
  Object.defineProperty(font, 'postscriptName', { value: postScriptName });
  return font;
}

/** Words of one font, as pdfkit asks for them: most of a certificate's texts are those of every certificate. */
const rememberedWords = 1000;

/** What pdfkit reads of a layout. */
type Layout = Pick<GlyphRun, 'advanceWidth'> & {
  readonly positions: readonly object[];
};

function layOutBy(font: Font, layout: (word: string) => Layout): void {
  Object.defineProperty(font, 'layout', { value: (word: string) => copyOf(layout(word)) });
}

/** pdfkit scales the positions that it gets. */
function copyOf(run: Layout): Layout {
  const positions = run.positions.map((position) => ({ ...position }));
  return Object.assign(Object.create(Object.getPrototypeOf(run)), run, { positions });
}

/** A failed load is forgotten, so that the next document tries again. */
function once<T>(made: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = made.get(key);
  if (known !== undefined) return known;
  const promise = make();
  made.set(key, promise);
  promise.catch(() => made.delete(key));
  return promise;
}

/** `U+0370-0377` or `U+037F`. */
function expandRange(text: string): number[] {
  const [first = '', last = first] = text.trim().replace('U+', '').split('-');
  const from = Number.parseInt(first, 16);
  return Array.from({ length: Number.parseInt(last, 16) - from + 1 }, (_, index) => from + index);
}

function textOf(codePoints: readonly number[]): string {
  return codePoints.map((codePoint) => String.fromCodePoint(codePoint)).join('');
}
