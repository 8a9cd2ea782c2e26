/** A glyph as pdfkit's fonts want it. */
interface ShapedGlyph {
  readonly id: number;
  readonly advanceWidth: number;
}

/** Characters that are shown together, and how many glyphs do it. */
export interface ShapedCluster {
  readonly text: string;
  readonly glyphs: number;
}

/** The place of a glyph after the one before it. */
interface Place {
  readonly xAdvance: number;
  readonly yAdvance: number;
  readonly xOffset: number;
  readonly yOffset: number;
}

/** A word as it is laid out, from left to right. */
export class ShapedWord {
  readonly glyphs: readonly ShapedGlyph[];
  readonly positions: readonly Place[];
  /** Together they have all the glyphs. */
  readonly clusters: readonly ShapedCluster[];

  constructor(
    glyphs: readonly ShapedGlyph[],
    positions: readonly Place[],
    clusters: readonly ShapedCluster[],
  ) {
    this.glyphs = glyphs;
    this.positions = positions;
    this.clusters = clusters;
  }

  /** Of the positions as they are now: pdfkit scales those of its copy. */
  get advanceWidth(): number {
    return this.positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0);
  }
}

/** Lays a word out in one direction, in font units. */
export type Shaper = (word: string, direction: 'ltr' | 'rtl') => ShapedWord;

/**
 * HarfBuzz for one font: what browsers place joined, stacked and reordered letters with. Loaded only when a name needs it. The language
 * is left undetermined, so that nothing depends on where the process runs.
 */
export async function openShaper(sfnt: Buffer): Promise<Shaper> {
  const hb = await import('harfbuzzjs');
  const font = new hb.Font(new hb.Face(new hb.Blob(sfnt)));
  const buffer = new hb.Buffer();
  return (word, direction) => {
    buffer.reset();
    buffer.addText(word);
    buffer.guessSegmentProperties();
    buffer.setLanguage('und');
    buffer.setDirection(direction === 'rtl' ? hb.Direction.RTL : hb.Direction.LTR);
    hb.shape(font, buffer);
    const infos = buffer.getGlyphInfos();
    const positions = buffer
      .getGlyphPositions()
      .map(({ xAdvance, yAdvance, xOffset, yOffset }) => ({ xAdvance, yAdvance, xOffset, yOffset }));
    const starts = infos.map(({ cluster }) => cluster);
    const glyphs = infos.map(({ codepoint }) => ({
      id: codepoint,
      advanceWidth: font.glyphHAdvance(codepoint),
    }));
    return new ShapedWord(glyphs, positions, clustersOf(starts, word));
  };
}

/** Glyphs of one cluster stand side by side and name the place where it begins. */
function clustersOf(starts: readonly number[], word: string): readonly ShapedCluster[] {
  const clusters: ShapedCluster[] = [];
  starts.forEach((start, at) => {
    const last = clusters.at(-1);
    if (last !== undefined && starts[at - 1] === start)
      clusters[clusters.length - 1] = { ...last, glyphs: last.glyphs + 1 };
    else clusters.push({ text: textFrom(start, starts, word), glyphs: 1 });
  });
  return clusters;
}

function textFrom(start: number, starts: readonly number[], word: string): string {
  return word.slice(start, Math.min(word.length, ...starts.filter((other) => other > start)));
}
