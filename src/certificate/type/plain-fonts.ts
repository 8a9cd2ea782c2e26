import { asianFamilies } from '#src/certificate/type/asian-families.ts';
import { SOURCE_SANS } from '#src/certificate/type/font-family.ts';
import {
  ARROW,
  BOX,
  codesOf,
  findFaces,
  registering,
  STANDARD,
  standardFaces,
} from '#src/certificate/type/standard-faces.ts';
import type { DocumentFonts, Role, SetLine } from '#src/certificate/type/typesetting.ts';

/**
 * Type as layout 1 has it: character by character, from left to right, without scripts whose letters join. Kept as it is for the
 * certificates that were issued with it.
 */
export async function plainFonts(
  doc: PDFKit.PDFDocument,
  texts: readonly string[],
  country: string | undefined,
): Promise<DocumentFonts> {
  const standard = await standardFaces();
  const further = await findFaces(furtherCharacters(texts), [SOURCE_SANS, ...asianFamilies(texts, country)]);
  const register = registering(doc);
  const find = (role: Role, codePoint: number) => {
    const found = standard.latin[role].get(codePoint) ?? further[role].get(codePoint);
    const face = register(found ?? standard.symbols[codePoint === ARROW ? 'arrow' : 'box']);
    return { face, codePoint: found === undefined && codePoint !== ARROW ? BOX : codePoint };
  };
  const widthOf = (face: string, text: string) => doc.font(face, 1000).widthOfString(text);
  return {
    setLine: (role, text, tracking = 0): SetLine => {
      const pieces: { face: string; characters: string[] }[] = [];
      for (const character of text) {
        const { face, codePoint } = find(role, character.codePointAt(0) ?? 0);
        const last = pieces.at(-1);
        const shown = String.fromCodePoint(codePoint);
        if (last?.face === face) last.characters.push(shown);
        else pieces.push({ face, characters: [shown] });
      }
      let end = 0;
      const runs = pieces.map(({ face, characters }) => {
        const [left, run] = [end, characters.join('')];
        end += widthOf(face, run) + tracking * characters.length;
        return { face, text: run, left };
      });
      return { runs, width: end - tracking, tracking };
    },
    piecesOf: (word) => Array.from(word),
    isolated: (text) => text,
    lineStretch: () => 1,
    directionMark: () => '',
  };
}

function furtherCharacters(texts: readonly string[]): readonly number[] {
  return [...new Set(texts.flatMap(codesOf))].filter((codePoint) => !STANDARD.has(codePoint));
}
