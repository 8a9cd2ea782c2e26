import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import type { AddressRule } from '#src/webhooks/addresses.ts';

/** How a name's addresses are found; by default the system's way. */
export type Lookup = (
  hostname: string,
  options: LookupOptions & { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** A connection was refused before its first packet. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';
}

/**
 * Connects to permitted addresses alone. The look-up whose answer is judged is the one whose answer the socket gets: a name that says
 * something else the next time changes nothing. What has connected is judged once more.
 */
export function guardedConnector(
  rule: AddressRule,
  connectWithinMs: number,
  lookup: Lookup = systemLookup,
): buildConnector.connector {
  const connectorOf = (protocol: string) =>
    buildConnector({ timeout: connectWithinMs, allowH2: false, lookup: guarded(rule, protocol, lookup) });
  const [https, http] = [connectorOf('https:'), connectorOf('http:')];
  return (options, callback) => {
    const { hostname, protocol } = options;
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    // Sockets look no address up.
    const refusal = isIP(host) === 0 ? undefined : rule.refusal(host, protocol);
    if (refusal !== undefined) {
      callback(refused(host, refusal), null);
      return;
    }
    const connect = protocol === 'https:' ? https : http;
    connect({ ...options, hostname: host }, (...connected) => {
      const [, socket] = connected;
      const late = socket && rule.refusal(socket.remoteAddress ?? '', protocol);
      if (!socket || late === undefined) {
        callback(...connected);
        return;
      }
      socket.destroy();
      callback(refused(host, late ?? ''), null);
    });
  };
}

type SocketLookup = (
  hostname: string,
  options: LookupOptions,
  callback: (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void,
) => void;

function guarded(rule: AddressRule, protocol: string, lookup: Lookup): SocketLookup {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) {
        callback(error, '');
        return;
      }
      const permitted = addresses.filter(({ address }) => rule.refusal(address, protocol) === undefined);
      const [first] = permitted;
      const [other] = addresses;
      if (!first) {
        const why = other ? rule.refusal(other.address, protocol) : 'which has no address';
        callback(refused(hostname, why ?? ''), '');
      } else if (options.all) callback(null, permitted);
      else callback(null, first.address, first.family);
    });
  };
}

/** The address itself is not told: what a name stands for inside is nothing for those outside. */
function refused(host: string, why: string): AddressRefusedError {
  const leads = isIP(host) === 0 ? `${host} leads to an address` : host;
  return new AddressRefusedError(`Not connected: ${leads}, ${why}.`);
}
