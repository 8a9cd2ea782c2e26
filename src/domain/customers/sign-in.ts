/** What a sign-in code is for: to sign in, to prove an address while signing up, to act for the other account of a merge. */
export const codePurposes = ['sign-in', 'sign-up', 'merge'] as const;
export type CodePurpose = (typeof codePurposes)[number];

/** The limits of signing in (rules §9, contract §8). */
export const signInLimits = {
  /** A code is six digits, good for so long and so many tries. */
  codeDigits: 6,
  codeSeconds: 10 * 60,
  triesPerCode: 5,
  /** Codes in an hour at most, of all purposes together, and invitations: those mailed to an address, those asked for by a network. */
  codesPerAddress: 5,
  codesPerNetwork: 20,
  /** Registration Keys that are none, tried in an hour by one network; right ones do not count. */
  wrongKeysPerNetwork: 10,
  sessionIdleSeconds: 8 * 3600,
  sessionTotalSeconds: 24 * 3600,
  /** A code of the other account is good for its merge for so long. */
  mergeSeconds: 15 * 60,
} as const;

/** Whether one more mail may go, after so many that its address has had and its network has asked for within the hour. */
export function mayBeMailed(recent: { readonly ofAddress: number; readonly ofNetwork: number }): boolean {
  return recent.ofAddress < signInLimits.codesPerAddress && recent.ofNetwork < signInLimits.codesPerNetwork;
}

/** Six digits from bytes that cannot be guessed. @param bytes at least 8 */
export function codeFromBytes(bytes: Uint8Array): string {
  let number = 0n;
  for (const byte of bytes.subarray(0, 8)) number = (number << 8n) | BigInt(byte);
  return String(number % 1_000_000n).padStart(signInLimits.codeDigits, '0');
}

/** The six digits of what was typed or pasted, blanks and hyphens aside; undefined for anything else. Full-width digits are digits. */
export function codeTyped(text: string): string | undefined {
  const digits = text.normalize('NFKC').replaceAll(/[\s\p{Cf}\p{Pd}]/gu, '');
  return /^\d{6}$/.test(digits) ? digits : undefined;
}
