/** The colours of the product, as on its certificates. */
export const colours = { ink: '#172440', gold: '#a88a47', bronze: '#7a5e21', paper: '#faf8f2' } as const;

/** The rosette of the certificates, as an icon: a guilloche in gold on ink. */
export const emblemSvg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-32 -32 64 64"><rect x="-32" y="-32" width="64" height="64" rx="14" fill="${colours.ink}"/><path d="${rosette(17, 6, 13)}" fill="none" stroke="${colours.gold}" stroke-width="1.5"/><path d="${rosette(7, 3, 7)}" fill="none" stroke="#e4d3a2" stroke-width="1.3"/></svg>`;

function rosette(radius: number, reach: number, loops: number): string {
  const steps = loops * 16;
  const points = Array.from({ length: steps }, (_, step) => {
    const angle = (2 * Math.PI * step) / steps;
    const distance = radius + reach * Math.cos(angle * loops);
    // Three turns before the curve closes let neighbouring loops cross.
    return `${(distance * Math.cos(angle * 3)).toFixed(2)} ${(distance * Math.sin(angle * 3)).toFixed(2)}`;
  });
  return `M${points.join('L')}Z`;
}
