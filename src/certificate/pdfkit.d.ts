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

/** What pdfkit 0.20 draws text with, and its types keep to themselves. */
declare namespace PDFKit {
  interface PDFDocument {
    addContent(operators: string): this;
    readonly _font: DrawnFont;
  }
  interface PDFPage {
    readonly fonts: Record<string, unknown>;
  }
  interface DrawnGlyph {
    readonly id: number;
    readonly advanceWidth: number;
  }
  /** A font as the document embeds it. */
  interface DrawnFont {
    readonly id: string;
    /** Thousandths of the size in one font unit. */
    readonly scale: number;
    /** Places are in thousandths of the size. */
    layout(text: string): {
      readonly glyphs: readonly DrawnGlyph[];
      readonly positions: readonly {
        readonly xAdvance: number;
        readonly xOffset: number;
        readonly yOffset: number;
      }[];
    };
    ref(): unknown;
    /** By the number that the document knows a glyph by: the font's glyph, its width, and the text that it stands for. */
    readonly subset: { readonly glyphs: number[] };
    readonly widths: number[];
    readonly unicode: (readonly number[])[];
  }
}
