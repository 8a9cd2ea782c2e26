/** What pdfkit 0.20 takes and DefinitelyTyped, which describes 0.17, does not know yet. */
declare namespace PDFKit.Mixins {
  interface PDFFont {
    registerFont(name: string, opened: import('fontkit').Font): this;
  }
  interface PDFAttachmentOptions {
    relationship?: 'Source' | 'Supplement';
  }
  interface StructureElementOptions {
    scope?: 'Column';
  }
}
