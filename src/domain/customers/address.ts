/** An e-mail address as it is compared and kept: small letters, no blanks at its ends. */
export function plainAddress(typed: string): string {
  return typed.trim().normalize('NFC').toLowerCase();
}

/**
 * What may be shown of an address to who may not know it: the first letter and the domain's, `i…@a….example`. Never enough to write to.
 */
export function maskAddress(address: string): string {
  const [local = '', domain = ''] = address.split('@');
  const end = domain.lastIndexOf('.');
  return `${Array.from(local)[0] ?? ''}…@${Array.from(domain)[0] ?? ''}…${end > 0 ? domain.slice(end) : ''}`;
}
