import type { Color } from '#src/certificate/pdf/page-canvas.ts';

/** Deep blue: what the certificate states. */
export const INK: Color = '0.09 0.14 0.25';
/** Slate: labels and what was before. */
export const MUTED: Color = '0.38 0.42 0.5';
/** Old gold: rules, frame and ornament. */
export const GOLD: Color = '0.66 0.54 0.28';
/** Dark enough to be read at small sizes. */
export const BRONZE: Color = '0.48 0.37 0.13';
export const HAIRLINE: Color = '0.85 0.83 0.77';
export const TINT: Color = '0.976 0.969 0.945';
export const BLACK: Color = '0 0 0';
