/** A text string as PDF writes it: plain where it is ASCII, else UTF-16 in hex digits. */
export function pdfText(text: string): string {
  if (/^[\u0020-\u007E]*$/u.test(text)) return `(${text.replaceAll(/[\\()]/g, String.raw`\$&`)})`;
  return `<FEFF${utf16Hex(text)}>`;
}

export function utf16Hex(text: string): string {
  return Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase();
}

/** A coordinate: a hundredth of a point is finer than any printer. */
export function pdfNumber(value: number): string {
  return String(Math.round(value * 100) / 100);
}
