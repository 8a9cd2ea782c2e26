export type Color = `#${string}`;

/** Deep blue: what the certificate states. */
export const INK: Color = '#172440';
/** Slate: labels and what was before. */
export const MUTED: Color = '#616b80';
/** Old gold: rules, frame and ornament. */
export const GOLD: Color = '#a88a47';
/** Dark enough to be read at small sizes. */
export const BRONZE: Color = '#7a5e21';
export const HAIRLINE: Color = '#d9d4c4';
export const TINT: Color = '#f9f7f1';
export const BLACK: Color = '#000000';
