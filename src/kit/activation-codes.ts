import { stringify } from 'csv-stringify/sync';
import type { KitFacts } from '#src/kit/kit-facts.ts';

/** The codes as a table for spreadsheets: with a byte order mark, so that they read names right, and no cell that they would run. */
export function activationCodesCsv({ products }: KitFacts): Buffer {
  const rows = products.map(({ product, pid, activationCode, seats, validThrough }) => ({
    product,
    pid,
    activationCode,
    seats,
    validThrough,
  }));
  const csv = stringify(rows, {
    header: true,
    bom: true,
    escape_formulas: true,
    record_delimiter: 'windows',
  });
  return Buffer.from(csv, 'utf8');
}
