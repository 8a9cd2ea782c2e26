import { isIP } from 'node:net';
import type { AddressRule } from '#src/webhooks/addresses.ts';

/** Characters of a URL, at most. */
const longestUrl = 2048;

/**
 * What is wrong with a URL that webhooks are to be sent to, as the end of a sentence that begins with it; undefined when nothing is.
 * Whether a name leads to an address that may be connected to is asked when connecting, each time anew.
 */
export function faultOfTarget(text: string, rule: AddressRule): string | undefined {
  if (text.length > longestUrl) return `must have at most ${longestUrl} characters`;
  // URL.parse would leave out blanks and line ends, and read `\` as `/`.
  if (!/^[!-~]+$/.test(text) || text.includes('\\'))
    return 'must be a URL in ASCII without blanks and backslashes';
  const url = URL.parse(text);
  if (!url || !/^https?:\/\//i.test(text)) return 'must be a URL like https://example.com/hooks';
  if (url.username !== '' || url.password !== '')
    return 'must not hold a user or password: what is sent is signed instead';
  if (url.hash !== '') return 'must not have a fragment (#…)';
  if (url.port === '0') return 'must not name port 0';
  if (blockedPorts.has(Number(url.port)))
    return `must not name port ${url.port}, which belongs to another protocol`;
  if (url.protocol === 'http:' && !rule.allowsSome)
    return 'must begin with https: http is for networks that WEBHOOK_ALLOWED_NETWORKS names';
  const host = hostOf(url);
  if (isIP(host) === 0) return isHostName(host) ? undefined : 'must name a host or an address';
  const refusal = rule.refusal(host, url.protocol);
  return refusal === undefined ? undefined : `must not lead to ${host}, ${refusal}`;
}

function isHostName(host: string): boolean {
  const labels = host.replace(/\.$/, '').split('.');
  return (
    host.length <= 254 && labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))
  );
}

/** The host as sockets take it: an address of IPv6 without its brackets; decimal, octal and hexadecimal ones of IPv4 with four parts. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

/** The ports that browsers do not let pages post to, since servers of other protocols take lines of such a request for commands. */
const blockedPorts = new Set([
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
  109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515,
  526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049,
  3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);
