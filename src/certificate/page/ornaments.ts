import { GOLD } from '#src/certificate/page/palette.ts';
import type { Sheet } from '#src/certificate/page/sheet.ts';

/** A small ornament around this centre. */
export function drawDiamond({ doc }: Sheet, x: number, y: number, radius: number): void {
  doc.polygon([x, y - radius], [x + radius, y], [x, y + radius], [x - radius, y]).fill(GOLD);
}

/** The rosette at the head of the page, 30 points in radius: two trochoids, such as banknotes have. */
export function drawEmblem({ doc }: Sheet, x: number, y: number): void {
  doc.save().translate(x, y).scale(0.01).lineWidth(38);
  for (const curve of CURVES) doc.polygon(...curve);
  doc.stroke(GOLD).restore();
}

/**
 * A closed curve with `loops` loops around a circle of `radius`, reaching `reach` inwards and outwards. In whole hundredths
 * of a point, so that no processor's last digit shows.
 */
function trochoid(radius: number, reach: number, loops: number): readonly number[][] {
  return Array.from({ length: loops * 22 }, (_, step) => {
    const angle = (2 * Math.PI * step) / (loops * 22);
    // Four turns before the curve closes let neighbouring loops cross.
    const turn = angle * 4;
    const distance = radius + reach * Math.cos(angle * loops);
    return [Math.round(distance * Math.cos(turn)), -Math.round(distance * Math.sin(turn))];
  });
}

const CURVES = [trochoid(2250, 750, 21), trochoid(1180, 520, 13)];
