import { asianFamilies } from '#src/certificate/type/asian-families.ts';
import { clustersOf, isPicture, SHAPING_ONLY, syllablesOf } from '#src/certificate/type/clusters.ts';
import {
  FURTHER_FAMILIES,
  NOTO_EMOJI,
  SCRIPT_FAMILIES,
  SOURCE_SANS,
  type FontFamily,
} from '#src/certificate/type/font-family.ts';
import { RIGHT_TO_LEFT, type FontSlice } from '#src/certificate/type/font-slice.ts';
import {
  directionMark,
  fromLeftToRight,
  isDirectionMark,
  isolated,
  levelsOf,
  mirrored,
} from '#src/certificate/type/reading-order.ts';
import {
  ARROW,
  BOX,
  codesOf,
  FAMILY,
  firstWith,
  registering,
  STANDARD,
  standardFaces,
} from '#src/certificate/type/standard-faces.ts';
import {
  lineStretch,
  type DocumentFonts,
  type Role,
  type Run,
  type SetLine,
} from '#src/certificate/type/typesetting.ts';

/** Type as layout 2 has it: every script that a font is shipped for, joined, stacked and from right to left as its readers write it. */
export async function shapedFonts(
  doc: PDFKit.PDFDocument,
  texts: readonly string[],
  country: string | undefined,
): Promise<DocumentFonts> {
  const standard = await standardFaces();
  const families = [SOURCE_SANS, ...SCRIPT_FAMILIES, ...asianFamilies(texts, country), ...FURTHER_FAMILIES];
  const further = await findFurther(texts, families);
  const register = registering(doc);

  /** The cluster in one face, or, where none has all of it, its characters each for itself. */
  const find = (role: Role, cluster: string): readonly Found[] => {
    const [code = 0, ...more] = codesOf(cluster);
    if (more.length === 0 && code === ARROW) return [{ face: standard.symbols.arrow, text: cluster }];
    const face =
      (more.length === 0 ? standard.latin[role].get(code) : undefined) ?? further.get(keyOf(role, cluster));
    if (face !== undefined) return [{ face, text: cluster }];
    if (more.length > 0) {
      return Array.from(cluster.replaceAll(SHAPING_ONLY, '')).flatMap((one) => find(role, one));
    }
    return [{ face: standard.symbols.box, text: String.fromCodePoint(BOX) }];
  };

  const widthOf = (face: string, text: string) => doc.font(face, 1000).widthOfString(text);

  const setLine = (role: Role, text: string, tracking = 0): SetLine => {
    const pieces = joined(piecesOf(text, (cluster) => find(role, cluster)));
    const lefts = new Map<Piece, number>();
    let end = 0;
    for (const piece of fromLeftToRight(pieces)) {
      lefts.set(piece, end);
      end += widthOf(register(piece.face), shown(piece).text) + tracking * piece.clusters.length;
    }
    const runs = pieces.map((piece): Run => {
      return { face: register(piece.face), left: lefts.get(piece) ?? 0, ...shown(piece) };
    });
    return { runs, width: end - tracking, tracking };
  };
  return { setLine, piecesOf: syllablesOf, isolated, lineStretch, directionMark };
}

interface Found {
  readonly face: FontSlice;
  readonly text: string;
}

interface Piece {
  readonly face: FontSlice;
  readonly level: number;
  readonly clusters: readonly string[];
}

function piecesOf(text: string, find: (cluster: string) => readonly Found[]): readonly Piece[] {
  const levels = levelsOf(text);
  let at = 0;
  return clustersOf(text).flatMap((cluster) => {
    const level = levels[at] ?? 0;
    at += cluster.length;
    if (isDirectionMark(cluster)) return [];
    return find(cluster).map(({ face, text }) => ({ face, level, clusters: [text] }));
  });
}

/** Neighbours of one face and direction in one piece: letters join only within one. */
function joined(pieces: readonly Piece[]): readonly Piece[] {
  const all: Piece[] = [];
  for (const piece of pieces) {
    const last = all.at(-1);
    if (last?.face === piece.face && last.level === piece.level) {
      all[all.length - 1] = { ...last, clusters: [...last.clusters, ...piece.clusters] };
    } else all.push(piece);
  }
  return all;
}

/** The piece as its face takes it, and what its glyphs stand for. */
function shown({ face, level, clusters }: Piece): Pick<Run, 'text' | 'clusters'> {
  const isRightToLeft = level % 2 === 1;
  if (face.shape === undefined) {
    return { text: (isRightToLeft ? clusters.map(mirrored).reverse() : clusters).join('') };
  }
  const text = `${isRightToLeft ? RIGHT_TO_LEFT : ''}${clusters.join('')}`;
  return { text, clusters: face.shape(text).clusters };
}

function keyOf(role: Role, cluster: string): string {
  return `${role} ${cluster}`;
}

const ROLES = ['display', 'text', 'strong', 'code'] as const;

/** By role and cluster, the face of everything beyond the standard characters; also of the characters of each cluster alone. */
async function findFurther(
  texts: readonly string[],
  families: readonly FontFamily[],
): Promise<ReadonlyMap<string, FontSlice>> {
  const faces = new Map<string, FontSlice>();
  const clusters = new Set(texts.flatMap(clustersOf).flatMap((cluster) => [cluster, ...Array.from(cluster)]));
  for (const cluster of clusters) {
    const codes = codesOf(cluster.replaceAll(SHAPING_ONLY, ''));
    if (codes.length === 0 || (cluster.length === 1 && STANDARD.has(codes[0] ?? 0))) continue;
    for (const role of ROLES) {
      const own = [FAMILY[role], ...families];
      const face = await firstWith(isPicture(cluster) ? [NOTO_EMOJI, ...own] : [...own, NOTO_EMOJI], codes);
      if (face !== undefined) faces.set(keyOf(role, cluster), face);
    }
  }
  return faces;
}
