import { pdfNumber as n } from '#src/certificate/pdf/pdf-text.ts';
import type { StructureElement } from '#src/certificate/pdf/structure.ts';
import type { Face } from '#src/certificate/type/face.ts';
import type { SetLine } from '#src/certificate/type/set-text.ts';

/** Red, green and blue from 0 to 1, as PDF writes them. */
export type Color = `${number} ${number} ${number}`;

export const PAGE_WIDTH = 595.28;
export const PAGE_HEIGHT = 841.89;

/** Draws on one A4 page; lengths are points, y counts from the top edge downwards. */
export interface PageCanvas {
  readonly index: number;
  /** What `draw` draws is a piece of the element's content. */
  mark(element: StructureElement, draw: () => void): void;
  /** What `draw` draws is decoration that a screen reader passes over. */
  decorate(draw: () => void): void;
  text(line: SetLine, x: number, baseline: number, size: number, color: Color): void;
  line(x1: number, y1: number, x2: number, y2: number, width: number, color: Color): void;
  fill(x: number, y: number, width: number, height: number, color: Color): void;
  /** A path of PDF operators in its own units, placed with its origin at (x, y), y upwards, and painted by `operator`. */
  path(operators: string, x: number, y: number, scale: number, paint: string): void;
  /** Draws a form that the document holds under this resource name, like `path`. */
  form(name: string, x: number, y: number): void;
  readonly faces: ReadonlyMap<Face, string>;
  content(): string;
}

/** `faces` gives each face its resource name; all pages of a document share it. */
export function createPageCanvas(index: number, faces: Map<Face, string>): PageCanvas {
  const operators: string[] = [];
  let marked = 0;
  const flip = (y: number) => n(PAGE_HEIGHT - y);
  const nameOf = (face: Face) => {
    let name = faces.get(face);
    if (name === undefined) faces.set(face, (name = `F${faces.size + 1}`));
    return name;
  };
  return {
    index,
    faces,
    mark(element, draw) {
      const id = marked;
      marked += 1;
      element.kids.push({ pageIndex: index, id });
      operators.push(`/${element.type}<</MCID ${id}>>BDC`);
      draw();
      operators.push('EMC');
    },
    decorate(draw) {
      operators.push('/Artifact BMC');
      draw();
      operators.push('EMC');
    },
    text(line, x, baseline, size, color) {
      let left = x;
      operators.push(`${color} rg BT`);
      for (const run of line.runs) {
        operators.push(`/${nameOf(run.face)} ${n(size)} Tf 1 0 0 1 ${n(left)} ${flip(baseline)} Tm`);
        let width = 0;
        let shown = '[<';
        run.codePoints.forEach((codePoint, at) => {
          shown += (run.face.glyphOf.get(codePoint) ?? 0).toString(16).padStart(4, '0');
          const adjust = run.adjust[at] ?? 0;
          if (adjust !== 0) shown += `>${-adjust}<`;
          width += (run.face.widthOf.get(codePoint) ?? 0) + adjust;
        });
        operators.push(`${shown}>]TJ`);
        left += (width * size) / 1000;
      }
      operators.push('ET');
    },
    line(x1, y1, x2, y2, width, color) {
      operators.push(`${color} RG ${n(width)} w ${n(x1)} ${flip(y1)} m ${n(x2)} ${flip(y2)} l S`);
    },
    fill(x, y, width, height, color) {
      operators.push(`${color} rg ${n(x)} ${flip(y + height)} ${n(width)} ${n(height)} re f`);
    },
    path(path, x, y, scale, paint) {
      operators.push(
        `q ${scale.toFixed(5)} 0 0 ${scale.toFixed(5)} ${n(x)} ${flip(y)} cm ${path} ${paint} Q`,
      );
    },
    form(name, x, y) {
      operators.push(`q 1 0 0 1 ${n(x)} ${flip(y)} cm /${name} Do Q`);
    },
    content: () => operators.join('\n'),
  };
}
