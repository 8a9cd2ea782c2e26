import ipaddr from 'ipaddr.js';
import type { Networks } from '#src/mechanisms/networks.ts';

/** Which addresses webhooks may connect to. */
export interface AddressRule {
  /** Why the address is not connected to, as the end of a sentence; undefined when it is. */
  refusal(address: string, protocol: string): string | undefined;
  /** Whether anything but public addresses is reachable at all, and so `http:`, too. */
  readonly allowsSome: boolean;
}

/** @param allowed WEBHOOK_ALLOWED_NETWORKS: reachable although private, and by `http:`; `allowsSome`: there are some */
export function addressRule(allowed: Networks, allowsSome: boolean): AddressRule {
  return {
    allowsSome,
    refusal(address, protocol) {
      const inner = innermost(address);
      if (inner === undefined) return 'which is no address';
      if (allowed.has(address) || allowed.has(inner.toString())) return undefined;
      if (!isPublic(inner)) return 'which is not a public address';
      return protocol === 'https:' ? undefined : 'which takes https';
    },
  };
}

/** NAT64 (RFC 6052): how hosts without IPv4 reach public ones that have nothing else. */
const nat64 = ipaddr.parseCIDR('64:ff9b::/96');

/** All that is given out for the public internet (RFC 4291): what lies elsewhere is not, whatever it will be. */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

type Address = ReturnType<typeof ipaddr.parse>;

/** The address of IPv4 inside one of IPv6, where that is where packets go; undefined for what is no address. */
function innermost(text: string): Address | undefined {
  // A zone (`fe80::1%eth0`) says how, not where to.
  const plain = text.replace(/%.*$/, '');
  if (!ipaddr.IPv4.isValidFourPartDecimal(plain) && !ipaddr.IPv6.isValid(plain)) return undefined;
  const address = ipaddr.parse(plain);
  if (!(address instanceof ipaddr.IPv6)) return address;
  const bytes = address.toByteArray();
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (isMapped || isIn(address, nat64)) return ipaddr.fromByteArray(bytes.slice(12));
  return address;
}

/**
 * Whether everybody's packets find the way there. What ipaddr.js knows as anything but plain unicast is refused: private, loopback,
 * link-local, shared (CGNAT), multicast, documentation, benchmarking, 6to4, Teredo and what else hides another address.
 */
function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return !(address instanceof ipaddr.IPv6) || isIn(address, globalUnicast);
}

function isIn(address: Address, [network, bits]: ReturnType<typeof ipaddr.parseCIDR>): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}
