/** One server that a REDIS_URL names. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly isEncrypted: boolean;
  readonly username?: string;
  readonly password?: string;
  /** The database number; 0 unless the URL says otherwise. */
  readonly database: number;
  /** The server is a Sentinel that knows where the primary of this name is. */
  readonly primary?: string;
}

const protocols: Readonly<Record<string, { readonly isEncrypted: boolean; readonly isSentinel: boolean }>> = {
  'redis:': { isEncrypted: false, isSentinel: false },
  'rediss:': { isEncrypted: true, isSentinel: false },
  'redis+sentinel:': { isEncrypted: false, isSentinel: true },
  'rediss+sentinel:': { isEncrypted: true, isSentinel: true },
};

const shape = 'must be a URL like redis://user:password@host:6379, or a comma list of them';
const escaping = 'write a % in user or password as %25, @ as %40, / as %2F, ? as %3F and # as %23';

/** A comma that begins another address; one within a password does not. */
const betweenAddresses = /\s*,\s*(?=[a-z+]*:\/\/)/i;

/** The addresses that a list names, as text. */
export function splitRedisUrl(list: string): readonly string[] {
  return list.trim().split(betweenAddresses);
}

/**
 * Reads one address. User and password stand in it percent-encoded, as in every URL.
 * @returns or, as a string, what is wrong with it: it completes a sentence that begins with the variable, and holds nothing secret
 */
export function parseRedisAddress(text: string): RedisAddress | string {
  const url = URL.parse(text);
  const protocol = url ? protocols[url.protocol] : undefined;
  if (url === null || protocol === undefined || !/^(?:[\w.-]+|\[[\da-f:.]+\])$/i.test(url.hostname))
    return /^rediss?(\+sentinel)?:\/\//.test(text) ? `${shape}; ${escaping}` : shape;
  if (url.hash !== '') return `must hold no #: ${escaping}`;
  const [parameter] = url.searchParams.keys();
  if (parameter !== undefined)
    return 'must have no parameters behind a ?: the protocol rediss:// asks for TLS, and REDIS_CA names its certificate authority';
  const username = decoded(url.username);
  const password = decoded(url.password);
  if (username === undefined || password === undefined) return `has a % that encodes nothing: ${escaping}`;
  const [first = '', second = '', ...further] = url.pathname.split('/').slice(1).map(decoded);
  const [primary, database] = protocol.isSentinel ? [first, second] : ['', first];
  if (protocol.isSentinel && primary === '')
    return 'must name the primary that the Sentinels know, as in redis+sentinel://user:password@sentinel:26379/mymaster';
  if (!/^\d{0,4}$/.test(database) || further.length > 0 || (!protocol.isSentinel && second !== ''))
    return 'must have nothing but a database number behind the last slash';
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port || (protocol.isSentinel ? 26_379 : 6379)),
    isEncrypted: protocol.isEncrypted,
    ...(username !== '' && { username }),
    ...(password !== '' && { password }),
    database: Number(database),
    ...(protocol.isSentinel && { primary }),
  };
}

/** What is wrong with several addresses together, or undefined. */
export function faultOfRedisAddresses(addresses: readonly RedisAddress[]): string | undefined {
  const [first, ...others] = addresses;
  if (first === undefined || others.length === 0) return undefined;
  if (first.primary === undefined && addresses.some(({ database }) => database !== 0))
    return 'must not choose a database number on a cluster';
  if (others.some((one) => one.primary !== first.primary || one.isEncrypted !== first.isEncrypted))
    return 'must name servers of one kind: all with the same protocol, Sentinels with the same primary';
  if (
    others.some(
      ({ username, password }) =>
        password !== undefined && (password !== first.password || username !== first.username),
    )
  )
    return 'must have the same user and password for all nodes; those of the first hold for all';
  return undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
