import { cutFace, type Face } from '#src/certificate/type/face.ts';
import {
  GARAMOND,
  NOTO_JAPANESE,
  PLEX_MONO,
  SOURCE_SANS,
  SOURCE_SANS_STRONG,
  type FontFamily,
} from '#src/certificate/type/font-family.ts';
import { sliceFor, type FontSlice } from '#src/certificate/type/font-slice.ts';
import { asianFamilies } from '#src/certificate/type/asian-families.ts';

/** What a piece of text is for; the faces follow from it. */
export type Role = 'display' | 'text' | 'strong' | 'code';

export interface DocumentFonts {
  /** The face and the character that stands for `codePoint`: itself, or a box if no font has it. */
  find(role: Role, codePoint: number): { readonly face: Face; readonly codePoint: number };
}

/**
 * Makes ready every font that the texts need. Latin ones are cut and deflated once per process; further characters (other
 * scripts, rare signs) are cut for this document alone. `country` decides which forms shared Chinese characters take.
 */
export async function documentFonts(
  texts: readonly string[],
  country: string | undefined,
): Promise<DocumentFonts> {
  const standard = await standardFaces();
  const further = furtherCharacters(texts);
  if (further.length === 0) return { find: (role, codePoint) => inStandard(standard, role, codePoint) };
  const found = await findSlices(further, asianFamilies(texts, country));
  const cut = await cutSlices(found);
  return {
    find(role, codePoint) {
      const slice = found.get(role)?.get(codePoint);
      const face = slice === undefined ? undefined : cut.get(slice);
      return face === undefined ? inStandard(standard, role, codePoint) : { face, codePoint };
    },
  };
}

const FAMILY = {
  display: GARAMOND,
  text: SOURCE_SANS,
  strong: SOURCE_SANS_STRONG,
  code: PLEX_MONO,
} satisfies Record<Role, FontFamily>;

const ROLES: readonly Role[] = ['display', 'text', 'strong', 'code'];

const ARROW = 0x2192;
const BOX = 0x25a1;
const STANDARD_CHARACTERS = [
  ...range(0x20, 0x7e),
  ...range(0xa1, 0xac),
  ...range(0xae, 0xff),
  ...codes('–—‘’“”•…€™'),
];
const STANDARD = new Set([...STANDARD_CHARACTERS, ARROW]);

interface StandardFaces {
  readonly latin: Readonly<Record<Role, Face>>;
  readonly arrow: Face;
  readonly box: Face;
}

let standardOnce: Promise<StandardFaces> | undefined;

function standardFaces(): Promise<StandardFaces> {
  standardOnce ??= cutStandardFaces().catch((error: unknown) => {
    standardOnce = undefined;
    throw error;
  });
  return standardOnce;
}

async function cutStandardFaces(): Promise<StandardFaces> {
  const latin = (role: Role) => cutStandard(FAMILY[role], STANDARD_CHARACTERS);
  return {
    latin: {
      display: await latin('display'),
      text: await latin('text'),
      strong: await latin('strong'),
      code: await latin('code'),
    },
    arrow: await cutStandard(NOTO_JAPANESE, [ARROW]),
    box: await cutStandard(NOTO_JAPANESE, [BOX]),
  };
}

async function cutStandard(family: FontFamily, codePoints: readonly number[]): Promise<Face> {
  const slice = await sliceFor(family, codePoints[0] ?? BOX);
  if (slice === undefined) throw new Error(`The font package ${family.package} lacks its basic characters.`);
  return cutFace(
    slice,
    codePoints.filter((codePoint) => slice.font.hasGlyphForCodePoint(codePoint)),
  );
}

function inStandard(
  standard: StandardFaces,
  role: Role,
  codePoint: number,
): ReturnType<DocumentFonts['find']> {
  const face = standard.latin[role];
  if (face.glyphOf.has(codePoint)) return { face, codePoint };
  if (codePoint === ARROW) return { face: standard.arrow, codePoint };
  return { face: standard.box, codePoint: BOX };
}

function furtherCharacters(texts: readonly string[]): readonly number[] {
  const further = new Set<number>();
  for (const text of texts) {
    for (const codePoint of codes(text)) if (!STANDARD.has(codePoint)) further.add(codePoint);
  }
  return [...further].sort((a, b) => a - b);
}

type FoundSlices = ReadonlyMap<Role, ReadonlyMap<number, FontSlice>>;

async function findSlices(codePoints: readonly number[], asian: readonly FontFamily[]): Promise<FoundSlices> {
  const found = new Map<Role, Map<number, FontSlice>>();
  for (const role of ROLES) {
    const slices = new Map<number, FontSlice>();
    for (const codePoint of codePoints) {
      const slice = await firstWith([FAMILY[role], SOURCE_SANS, ...asian], codePoint);
      if (slice !== undefined) slices.set(codePoint, slice);
    }
    found.set(role, slices);
  }
  return found;
}

async function firstWith(families: readonly FontFamily[], codePoint: number): Promise<FontSlice | undefined> {
  for (const family of families) {
    const slice = await sliceFor(family, codePoint);
    if (slice !== undefined) return slice;
  }
  return undefined;
}

async function cutSlices(found: FoundSlices): Promise<ReadonlyMap<FontSlice, Face>> {
  const wanted = new Map<FontSlice, Set<number>>();
  for (const slices of found.values()) {
    for (const [codePoint, slice] of slices) {
      const characters = wanted.get(slice) ?? new Set();
      wanted.set(slice, characters.add(codePoint));
    }
  }
  const faces = new Map<FontSlice, Face>();
  for (const [slice, codePoints] of wanted) faces.set(slice, await cutFace(slice, [...codePoints]));
  return faces;
}

function codes(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? BOX);
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
