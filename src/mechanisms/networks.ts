import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

/** Some addresses: single ones, and networks in CIDR notation. */
export interface Networks {
  /** @param address as a socket says it; one of IPv4 in IPv6's clothes (`::ffff:10.0.0.1`) is the one of IPv4 */
  has(address: string | undefined): boolean;
}

/** Whether the text is an address, or a network in CIDR notation: `10.1.2.3`, `10.0.0.0/8`, `fd00::/8`. */
export function isNetwork(text: string): boolean {
  const { address, bits } = partsOf(text);
  const family = isIP(address);
  const most = family === 4 ? 32 : 128;
  return family !== 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
}

/** @param list of which `isNetwork` holds */
export function networks(list: readonly string[]): Networks {
  const known = new BlockList();
  for (const entry of list) {
    const { address, bits } = partsOf(entry);
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) known.addAddress(address, family);
    else known.addSubnet(address, Number(bits), family);
  }
  return {
    has(address = '') {
      const plain = plainAddress(address);
      const family = isIP(plain);
      return family !== 0 && known.check(plain, family === 6 ? 'ipv6' : 'ipv4');
    },
  };
}

function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

function partsOf(text: string): { readonly address: string; readonly bits: string | undefined } {
  const slash = text.indexOf('/');
  return slash === -1
    ? { address: text, bits: undefined }
    : { address: text.slice(0, slash), bits: text.slice(slash + 1) };
}

/** The network that an address belongs to, as limits count it: a /24 of IPv4, a /64 of IPv6. */
export function networkOf(address: string): string {
  const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  if (isIPv4(plain)) return `${plain.split('.').slice(0, 3).join('.')}.0/24`;
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.replace(/%.*$/, '').split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
