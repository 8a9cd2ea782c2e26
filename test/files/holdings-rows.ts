import { stringify } from 'csv-stringify/sync';
import { composeCode } from '#src/domain/code.ts';

/** Fields of a holding by column; `changed` is what the test is about. */
export function holdingRow(changed: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return {
    account: 'acme',
    company: 'ACME GmbH',
    email: 'it@acme.example',
    country: 'DE',
    region: 'emea',
    pid: '100101DE02',
    activationCode: code(0),
    type: 'reseller',
    edition: 'full',
    seats: '200',
    validThrough: '2027-03-31',
    status: 'active',
    ...changed,
  };
}

/** A different Activation Code for each number. */
export function code(n: number): string {
  const digits = Array.from(String(n).padStart(28, '0'), (digit) => '23456789AB'.charAt(Number(digit)));
  return composeCode('activation-code', 'OS', digits.join(''));
}

/** A holdings file with the columns that the rows have. */
export function holdingsOf(rows: readonly Readonly<Record<string, string>>[]): string {
  return stringify([...rows], { header: true });
}
