import type { PdfFile } from '#src/certificate/pdf/pdf-file.ts';
import { deflate } from '#src/certificate/pdf/pdf-file.ts';
import { utf16Hex } from '#src/certificate/pdf/pdf-text.ts';
import type { Face } from '#src/certificate/type/face.ts';

/** Embeds the face as a composite font whose codes are its glyph ids; returns the object number. */
export function writeFont(file: PdfFile, face: Face): number {
  const parts = partsOf(face);
  const program = file.addPacked(`/Length1 ${face.programLength}`, face.program);
  const toUnicode = file.addPacked('', parts.toUnicode);
  const descriptor = file.add(`${parts.descriptor}/FontFile2 ${program} 0 R>>`);
  const descendant = file.add(`${parts.descendant}/FontDescriptor ${descriptor} 0 R>>`);
  return file.add(
    `<</Type/Font/Subtype/Type0/BaseFont/${face.name}/Encoding/Identity-H/DescendantFonts[${descendant} 0 R]/ToUnicode ${toUnicode} 0 R>>`,
  );
}

interface FontParts {
  readonly toUnicode: Uint8Array;
  readonly descriptor: string;
  readonly descendant: string;
}

/** Faces that all documents share are described once. */
const known = new WeakMap<Face, FontParts>();

function partsOf(face: Face): FontParts {
  let parts = known.get(face);
  if (parts === undefined) known.set(face, (parts = describe(face)));
  return parts;
}

function describe(face: Face): FontParts {
  const { ascent, descent, capHeight, italicAngle, box } = face.metrics;
  const codeOf = [...face.glyphOf]
    .map(([codePoint, glyph]) => ({ codePoint, glyph }))
    .sort((a, b) => a.glyph - b.glyph);
  const widths = codeOf.map(({ codePoint, glyph }) => `${glyph}[${face.widthOf.get(codePoint) ?? 0}]`);
  return {
    toUnicode: deflate(toUnicode(codeOf)),
    // Flag 3 (symbolic): the codes are glyph ids and follow no standard Latin encoding.
    descriptor: `<</Type/FontDescriptor/FontName/${face.name}/Flags 4/FontBBox[${box.join(' ')}]/ItalicAngle ${italicAngle}/Ascent ${ascent}/Descent ${descent}/CapHeight ${capHeight}/StemV 80`,
    descendant: `<</Type/Font/Subtype/CIDFontType2/BaseFont/${face.name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/CIDToGIDMap/Identity/DW 1000/W[${widths.join('')}]`,
  };
}

/** At most 100 mappings may stand in one block (ISO 32000-1, 9.10.3). */
const BLOCK = 100;

function toUnicode(codes: readonly { codePoint: number; glyph: number }[]): string {
  const blocks: string[] = [];
  for (let from = 0; from < codes.length; from += BLOCK) {
    const block = codes.slice(from, from + BLOCK);
    const lines = block.map(
      ({ codePoint, glyph }) =>
        `<${glyph.toString(16).padStart(4, '0')}><${utf16Hex(String.fromCodePoint(codePoint))}>`,
    );
    blocks.push(`${block.length} beginbfchar\n${lines.join('\n')}\nendbfchar`);
  }
  return `/CIDInit/ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def
/CMapName/Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000><ffff>
endcodespacerange
${blocks.join('\n')}
endcmap
CMapName currentdict/CMap defineresource pop
end
end`;
}
