/** What is marked belongs to a document; the whole sheet will do. */
interface Marked {
  readonly doc: PDFKit.PDFDocument;
}

/** What `draw` draws is the content of a new element in `parent`. */
export function mark(
  { doc }: Marked,
  parent: PDFKit.PDFStructureElement,
  type: 'H1' | 'H2' | 'P' | 'TH' | 'TD' | 'Figure',
  draw: () => void,
  options: PDFKit.Mixins.StructureElementOptions = {},
): void {
  parent.add(doc.struct(type, options, draw));
}

/** What `draw` draws is decoration that a screen reader passes over. */
export function decorate({ doc }: Marked, draw: () => void): void {
  doc.markContent('Artifact');
  draw();
  doc.endMarkedContent();
}
