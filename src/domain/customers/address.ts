/** An e-mail address as it is compared and kept: small letters, no blanks at its ends. */
export function plainAddress(typed: string): string {
  return typed.trim().normalize('NFC').toLowerCase();
}
