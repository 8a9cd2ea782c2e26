import { randomInt } from 'node:crypto';

/** Six symbols for an account whose company's name has no letter that an account's name may hold. */
export function drawAccountSuffix(): string {
  const symbols = 'abcdefghjkmnpqrstuvwxyz23456789';
  return Array.from({ length: 6 }, () => symbols.charAt(randomInt(symbols.length))).join('');
}
