/**
 * The rosette at the head of the page: two trochoids, such as banknotes have. In hundredths of a point around the centre,
 * y upwards, 30 points in radius.
 */
export function emblemPath(): string {
  return [trochoid(2250, 750, 21), trochoid(1180, 520, 13)].join(' ');
}

/** A closed curve with `loops` loops around a circle of `radius`, reaching `reach` inwards and outwards. */
function trochoid(radius: number, reach: number, loops: number): string {
  const steps = loops * 22;
  const points: string[] = [];
  for (let step = 0; step < steps; step += 1) {
    const angle = (2 * Math.PI * step) / steps;
    // Four turns before the curve closes let neighbouring loops cross.
    const turn = angle * 4;
    const distance = radius + reach * Math.cos(angle * loops);
    points.push(`${Math.round(distance * Math.cos(turn))} ${Math.round(distance * Math.sin(turn))}`);
  }
  return `${points[0] ?? '0 0'} m ${points
    .slice(1)
    .map((point) => `${point} l`)
    .join(' ')} h`;
}
