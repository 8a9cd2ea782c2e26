/** The part of subset-font 2.9 that we use; DefinitelyTyped describes 2.3, without `dropTables` and `keepAllGlyphs`. */
declare module 'subset-font' {
  interface SubsetFontOptions {
    targetFormat?: 'truetype';
    variationAxes?: Record<string, number>;
    noLayoutClosure?: boolean;
    noHinting?: boolean;
    dropTables?: readonly string[];
    keepAllGlyphs?: boolean;
  }
  function subsetFont(font: Buffer, text: string | undefined, options?: SubsetFontOptions): Promise<Buffer>;
  export = subsetFont;
}
