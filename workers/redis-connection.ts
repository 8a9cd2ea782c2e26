import { readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { corkForTurn } from '#src/mechanisms/cork-for-turn.ts';
import { parseRedisAddress, type RedisAddress } from '#src/mechanisms/redis-address.ts';

/** The servers that REDIS_URL names: one, some nodes of a cluster, or Sentinels. */
export interface RedisServers {
  readonly addresses: readonly [RedisAddress, ...RedisAddress[]];
  /** The certificate authority that signed theirs, where it is none that everybody knows. */
  readonly authority?: Buffer;
}

export interface ConnectionOptions {
  readonly isCluster: boolean;
  /** How often a call is tried again while the connection is away; null: until it is back. */
  readonly maxRetriesPerRequest: number | null;
  /** Whether a call waits for the connection; by default it does. */
  readonly enableOfflineQueue?: boolean;
  /** Whether the user may ask INFO, by which clients find out that a server is still loading its data. */
  readonly mayInfo?: boolean;
  readonly onError: (error: Error) => void;
}

/** Reconnecting is tried again after this at most: after an outage work goes on within seconds. */
const longestReconnectMs = 1000;

/** @param certificateAuthority a PEM file. @throws when an address is none, or the file cannot be read */
export function redisServers(urls: readonly string[], certificateAuthority?: string): RedisServers {
  const [first, ...others] = urls.map((url) => {
    const address = parseRedisAddress(url);
    if (typeof address === 'string') throw new Error(`REDIS_URL ${address}.`);
    return address;
  });
  if (first === undefined) throw new Error('REDIS_URL names no server.');
  const authority = certificateAuthority === undefined ? undefined : readFileSync(certificateAuthority);
  return { addresses: [first, ...others], ...(authority && { authority }) };
}

/** Opens a connection, which comes back by itself. Whoever opened it disconnects it. */
export function connectRedis(servers: RedisServers, options: ConnectionOptions): Redis | Cluster {
  const connection = open(servers, options);
  connection.on('error', options.onError);
  if (connection instanceof Redis) connection.on('connect', () => gatherWrites(connection.stream));
  return connection;
}

/** A connection of its own to one server, for one question: nothing of it is tried again. */
export function connectOnce(servers: RedisServers, address: RedisAddress, deadlineMs: number): Redis {
  const once = { connectTimeout: deadlineMs, commandTimeout: deadlineMs, maxRetriesPerRequest: 0 };
  const none = {
    lazyConnect: true,
    enableReadyCheck: false,
    retryStrategy: () => null,
    sentinelRetryStrategy: () => null,
  };
  const redis = new Redis({
    ...placeOf({ ...servers, addresses: [address] }),
    ...credentials(servers),
    ...once,
    ...none,
  });
  redis.on('error', () => {});
  return redis;
}

function open(servers: RedisServers, options: ConnectionOptions): Redis | Cluster {
  const { isCluster, maxRetriesPerRequest, enableOfflineQueue = true, mayInfo = true } = options;
  const each = { ...credentials(servers), maxRetriesPerRequest, enableReadyCheck: mayInfo, reconnectOnError };
  if (!isCluster) return new Redis({ ...placeOf(servers), ...each, retryStrategy, enableOfflineQueue });
  const nodes = servers.addresses.map(({ host, port }) => ({ host, port }));
  return new Cluster(nodes, {
    redisOptions: each,
    clusterRetryStrategy: retryStrategy,
    enableOfflineQueue,
    enableReadyCheck: mayInfo,
    slotsRefreshInterval: 5000,
    // A certificate is for a name: with TLS names are resolved by the connection, which compares them.
    ...(servers.addresses[0].isEncrypted && { dnsLookup: asNamed }),
  });
}

function asNamed(address: string, callback: (error: null, address: string) => void): void {
  callback(null, address);
}

function placeOf({ addresses, authority }: RedisServers): RedisOptions {
  const [{ host, port, database, primary, isEncrypted }] = addresses;
  if (primary === undefined) return { host, port, db: database };
  return {
    sentinels: addresses.map((one) => ({ host: one.host, port: one.port })),
    name: primary,
    db: database,
    sentinelRetryStrategy: retryStrategy,
    ...(isEncrypted && { enableTLSForSentinelMode: true, sentinelTLS: trusting(authority) }),
  };
}

function credentials({
  addresses: [{ username, password, isEncrypted }],
  authority,
}: RedisServers): RedisOptions {
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(isEncrypted && { tls: trusting(authority) }),
  };
}

function trusting(authority: Buffer | undefined): { readonly ca?: Buffer } {
  return authority ? { ca: authority } : {};
}

function retryStrategy(times: number): number {
  return Math.min(50 * 2 ** Math.min(times, 10), longestReconnectMs);
}

/** The server has become a replica: after a failover, its name leads to another one. The call that was refused is the caller's to repeat. */
function reconnectOnError(error: Error): boolean {
  return /\bREADONLY\b/.test(error.message);
}

/** A batch's jobs end in one turn: they are settled by one system call, not by a hundred. */
function gatherWrites(stream: Writable): void {
  const write = stream.write.bind(stream);
  Object.defineProperty(stream, 'write', {
    // A socket whose other end has closed puts another in its place.
    writable: true,
    value: (...parameters: readonly unknown[]): unknown => {
      corkForTurn(stream);
      return Reflect.apply(write, undefined, parameters);
    },
  });
}
