import {
  GARAMOND,
  NOTO_JAPANESE,
  PLEX_MONO,
  SOURCE_SANS,
  SOURCE_SANS_STRONG,
  type FontFamily,
} from '#src/certificate/type/font-family.ts';
import { sliceFor, type FontSlice } from '#src/certificate/type/font-slice.ts';
import type { Role } from '#src/certificate/type/typesetting.ts';

export const FAMILY = {
  display: GARAMOND,
  text: SOURCE_SANS,
  strong: SOURCE_SANS_STRONG,
  code: PLEX_MONO,
} satisfies Record<Role, FontFamily>;

export const ARROW = 0x2192;
/** Stands for a character that no font has. */
export const BOX = 0x25a1;
const LATIN = [...range(0x20, 0x7e), ...range(0xa1, 0xac), ...range(0xae, 0xff), ...codesOf('–—‘’“”•…€™')];
/** What nearly every document needs. */
export const STANDARD = new Set([...LATIN, ARROW]);

export type Faces = Readonly<Record<Role, ReadonlyMap<number, FontSlice>>>;

export interface StandardFaces {
  readonly latin: Faces;
  readonly symbols: Readonly<Record<'arrow' | 'box', FontSlice>>;
}

let found: StandardFaces | undefined;

/** The faces of what nearly every document needs, found once per process. */
export async function standardFaces(): Promise<StandardFaces> {
  return (found ??= await findStandardFaces());
}

async function findStandardFaces(): Promise<StandardFaces> {
  const latin = await findFaces(LATIN, [SOURCE_SANS]);
  const [arrow, box] = [await sliceFor(NOTO_JAPANESE, [ARROW]), await sliceFor(NOTO_JAPANESE, [BOX])];
  if (arrow === undefined || box === undefined) {
    throw new Error(`The font package ${NOTO_JAPANESE.package} lacks the arrow or the box.`);
  }
  return { latin, symbols: { arrow, box } };
}

/** In the role's own family, or else in the first of the others that has the character. */
export async function findFaces(
  codePoints: readonly number[],
  others: readonly FontFamily[],
): Promise<Faces> {
  const inRole = async (role: Role) => {
    const faces = new Map<number, FontSlice>();
    for (const codePoint of codePoints) {
      const slice = await firstWith([FAMILY[role], ...others], [codePoint]);
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

/** The slice of the first family that has all of the characters in one. */
export async function firstWith(
  families: readonly FontFamily[],
  codePoints: readonly number[],
): Promise<FontSlice | undefined> {
  for (const family of families) {
    const slice = await sliceFor(family, codePoints);
    if (slice !== undefined) return slice;
  }
  return undefined;
}

/** Lets the document know each face that it uses, once, in the order of use. */
export function registering(doc: PDFKit.PDFDocument): (face: FontSlice) => string {
  const registered = new Set<FontSlice>();
  return (face) => {
    if (!registered.has(face)) {
      doc.registerFont(face.name, face.font);
      registered.add(face);
    }
    return face.name;
  };
}

export function codesOf(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? BOX);
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
