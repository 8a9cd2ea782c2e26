import type { PdfFile } from '#src/certificate/pdf/pdf-file.ts';
import { pdfText } from '#src/certificate/pdf/pdf-text.ts';

/** A node of the tree that tells screen readers what the pieces of a page are and how they follow each other. */
export interface StructureElement {
  readonly type: 'Document' | 'H1' | 'H2' | 'P' | 'Table' | 'TR' | 'TH' | 'TD' | 'Figure';
  readonly alternative: string | undefined;
  readonly kids: (StructureElement | MarkedContent)[];
}

/** A piece of a page's content, by its number on that page. */
export interface MarkedContent {
  readonly pageIndex: number;
  readonly id: number;
}

export function createElement(
  parent: StructureElement | undefined,
  type: StructureElement['type'],
  alternative?: string,
): StructureElement {
  const element: StructureElement = { type, alternative, kids: [] };
  parent?.kids.push(element);
  return element;
}

/** Writes the tree and returns the object number of its root. `pages` are the object numbers of the pages. */
export function writeStructure(file: PdfFile, document: StructureElement, pages: readonly number[]): number {
  const root = file.reserve();
  const owners: number[][] = pages.map(() => []);
  const top = writeElement(file, document, root, pages, owners);
  const parents = owners.map((ids, index) => `${index} [${ids.map((id) => `${id} 0 R`).join(' ')}]`);
  const tree = file.add(`<</Nums[${parents.join(' ')}]>>`);
  file.write(
    root,
    `<</Type/StructTreeRoot/K ${top} 0 R/ParentTree ${tree} 0 R/ParentTreeNextKey ${pages.length}>>`,
  );
  return root;
}

function writeElement(
  file: PdfFile,
  element: StructureElement,
  parent: number,
  pages: readonly number[],
  owners: readonly number[][],
): number {
  const id = file.reserve();
  const [first] = element.kids;
  const home = first !== undefined && 'pageIndex' in first ? first.pageIndex : undefined;
  const kids = element.kids.map((kid) => {
    if ('type' in kid) return `${writeElement(file, kid, id, pages, owners)} 0 R`;
    const owned = owners[kid.pageIndex];
    if (owned !== undefined) owned[kid.id] = id;
    return kid.pageIndex === home
      ? String(kid.id)
      : `<</Type/MCR/Pg ${pages[kid.pageIndex] ?? 0} 0 R/MCID ${kid.id}>>`;
  });
  const page = home === undefined ? '' : `/Pg ${pages[home] ?? 0} 0 R`;
  const alternative = element.alternative === undefined ? '' : `/Alt${pdfText(element.alternative)}`;
  const scope = element.type === 'TH' ? '/A<</O/Table/Scope/Column>>' : '';
  file.write(id, `<</S/${element.type}/P ${parent} 0 R${page}${alternative}${scope}/K[${kids.join(' ')}]>>`);
  return id;
}
