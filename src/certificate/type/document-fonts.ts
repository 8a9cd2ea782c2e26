import { asianFamilies } from '#src/certificate/type/asian-families.ts';
import {
  GARAMOND,
  NOTO_JAPANESE,
  PLEX_MONO,
  SOURCE_SANS,
  SOURCE_SANS_STRONG,
  type FontFamily,
} from '#src/certificate/type/font-family.ts';
import { sliceFor, type FontSlice } from '#src/certificate/type/font-slice.ts';

/** What a piece of text is for; the faces follow from it. */
export type Role = 'display' | 'text' | 'strong' | 'code';

export interface DocumentFonts {
  /** The face, by the name that the document knows it by, and what it shows: the character itself, or a box if no font has it. */
  find(role: Role, codePoint: number): { readonly face: string; readonly codePoint: number };
  /** In thousandths of the size. */
  widthOf(face: string, text: string): number;
}

/**
 * Finds the font for every character of the texts. Fonts are read and opened once per process; what a document uses of
 * them is embedded by pdfkit. `country` decides which forms shared Chinese characters take.
 */
export async function documentFonts(
  doc: PDFKit.PDFDocument,
  texts: readonly string[],
  country: string | undefined,
): Promise<DocumentFonts> {
  const standard = (standardFaces ??= await findStandardFaces());
  const further = await findFaces(furtherCharacters(texts), [SOURCE_SANS, ...asianFamilies(texts, country)]);
  const registered = new Set<FontSlice>();
  return {
    find(role, codePoint) {
      const found = standard.latin[role].get(codePoint) ?? further[role].get(codePoint);
      const face = found ?? standard.symbols[codePoint === ARROW ? 'arrow' : 'box'];
      if (!registered.has(face)) {
        doc.registerFont(face.name, face.font);
        registered.add(face);
      }
      return { face: face.name, codePoint: found === undefined && codePoint !== ARROW ? BOX : codePoint };
    },
    widthOf: (face, text) => doc.font(face, 1000).widthOfString(text),
  };
}

const FAMILY = {
  display: GARAMOND,
  text: SOURCE_SANS,
  strong: SOURCE_SANS_STRONG,
  code: PLEX_MONO,
} satisfies Record<Role, FontFamily>;

const ARROW = 0x2192;
const BOX = 0x25a1;
const LATIN = [...range(0x20, 0x7e), ...range(0xa1, 0xac), ...range(0xae, 0xff), ...codes('–—‘’“”•…€™')];
const STANDARD = new Set([...LATIN, ARROW]);

type Faces = Readonly<Record<Role, ReadonlyMap<number, FontSlice>>>;

interface StandardFaces {
  readonly latin: Faces;
  readonly symbols: Readonly<Record<'arrow' | 'box', FontSlice>>;
}

/** What nearly every document needs, found once per process. */
let standardFaces: StandardFaces | undefined;

async function findStandardFaces(): Promise<StandardFaces> {
  const latin = await findFaces(LATIN, [SOURCE_SANS]);
  const [arrow, box] = [await sliceFor(NOTO_JAPANESE, ARROW), await sliceFor(NOTO_JAPANESE, BOX)];
  if (arrow === undefined || box === undefined) {
    throw new Error(`The font package ${NOTO_JAPANESE.package} lacks the arrow or the box.`);
  }
  return { latin, symbols: { arrow, box } };
}

/** In the role's own family, or else in the first of the others that has the character. */
async function findFaces(codePoints: readonly number[], others: readonly FontFamily[]): Promise<Faces> {
  const inRole = async (role: Role) => {
    const faces = new Map<number, FontSlice>();
    for (const codePoint of codePoints) {
      const slice = await firstWith([FAMILY[role], ...others], codePoint);
      if (slice !== undefined) faces.set(codePoint, slice);
    }
    return faces;
  };
  return {
    display: await inRole('display'),
    text: await inRole('text'),
    strong: await inRole('strong'),
    code: await inRole('code'),
  };
}

async function firstWith(families: readonly FontFamily[], codePoint: number): Promise<FontSlice | undefined> {
  for (const family of families) {
    const slice = await sliceFor(family, codePoint);
    if (slice !== undefined) return slice;
  }
  return undefined;
}

function furtherCharacters(texts: readonly string[]): readonly number[] {
  return [...new Set(texts.flatMap(codes))].filter((codePoint) => !STANDARD.has(codePoint));
}

function codes(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? BOX);
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
