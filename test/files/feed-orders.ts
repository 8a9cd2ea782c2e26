import { stringify } from 'csv-stringify/sync';

/** Fields of an order by column, all that a feed must have; `changed` is what the test is about. */
export function orderRow(changed: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return {
    orderNumber: 'PO-1',
    placedAt: '2026-11-20T09:30:00Z',
    'customer.account': 'acme',
    'customer.company': 'ACME GmbH',
    'customer.email': 'it@acme.example',
    suite: 'SPC',
    seats: '250',
    term: 'P1Y',
    ...changed,
  };
}

/** A feed file with the columns that the rows have. */
export function feedOf(
  rows: readonly Readonly<Record<string, string>>[],
  options: { readonly bom?: boolean; readonly record_delimiter?: 'windows' | 'unix' } = {},
): string {
  return stringify([...rows], { header: true, ...options });
}
