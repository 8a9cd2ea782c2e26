import type { Column, Row } from '#src/certificate/page/table.ts';

/** What is different from kind to kind of certificate; the rest of the page is the same for all of them. */
export interface KindPage {
  /** "This certifies that <company> <opening> <subject>, <terms>". */
  readonly statement: { readonly opening: string; readonly subject: string; readonly terms: string };
  /** The code in the panel, and what it is called. */
  readonly panel: { readonly title: string; readonly code: string };
  /** What the number of its message is called. */
  readonly numberLabel: 'Order number' | 'Request number';
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly schedule: {
    readonly title: string;
    /** The suite or product that the certificate is about. */
    readonly subject: string;
    /** What the rows are, as the beginning of "…, are listed on page 2." */
    readonly listed: string;
  };
  /** What the holder does next (rules §4, §5.4). */
  readonly instructions: { readonly heading: string; readonly steps: readonly string[] };
}

/** How seats are said in a sentence. */
export function seatsInWords(count: number): string {
  return count === 1 ? '1 seat' : `${count} seats`;
}
