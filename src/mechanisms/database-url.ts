/** Where PostgreSQL is, as DATABASE_URL says it; its parameters mean what they mean to PostgreSQL's own programs. */
export interface DatabaseTarget {
  /** In the order in which they are tried. A host that begins with `/` is the folder of a socket. */
  readonly hosts: readonly DatabaseHost[];
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string;
  readonly sslMode: SslMode | undefined;
  /** Files of certificates: the authorities that are trusted, and this client's own. */
  readonly sslFiles: Readonly<Partial<Record<'ca' | 'cert' | 'key', string>>>;
  /** Settings of the session, from the URL's `options`; said after connecting, since a pooler may refuse them before. */
  readonly settings: ReadonlyMap<string, string>;
  readonly applicationName: string | undefined;
  readonly connectTimeoutMs: number | undefined;
}

export interface DatabaseHost {
  readonly host: string;
  readonly port: number;
}

/** As PostgreSQL's own programs mean them; `no-verify` is another name of `require`. */
export type SslMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

const sslModes: Readonly<Record<string, SslMode>> = {
  disable: 'disable',
  allow: 'prefer',
  prefer: 'prefer',
  require: 'require',
  'no-verify': 'require',
  'verify-ca': 'verify-ca',
  'verify-full': 'verify-full',
};

/** Parameters that need nothing from us: encryption and encoding are the driver's, the rest tunes sockets. */
const unneeded =
  /^(?:client_encoding|channel_binding|fallback_application_name|gssencmode|keepalives\w*|tcp_user_timeout|uselibpqcompat|load_balance_hosts)$/;

/** What is wrong with a DATABASE_URL; the message completes "DATABASE_URL ..." and quotes nothing that may be secret. */
export class DatabaseUrlError extends Error {
  override readonly name = 'DatabaseUrlError';
}

/** @throws DatabaseUrlError */
export function parseDatabaseUrl(text: string): DatabaseTarget {
  const scheme = /^postgres(?:ql)?:\/\//.exec(text);
  if (!scheme) throw new DatabaseUrlError('must be a URL like postgresql://user:password@host:5432/chancery');
  const { user, password, rest } = splitUser(text.slice(scheme[0].length));
  const [, authority = '', path = '', query = ''] = /^([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(rest) ?? [];
  const parameters = parametersOf(query);
  const database = parameters.get('dbname') ?? decoded(path);
  if (database === '') throw new DatabaseUrlError('must name a database at its end, as in .../chancery');
  if (/[/@?#\s]/.test(database) || /[#\s]/.test(rest))
    throw new DatabaseUrlError(
      'cannot be told apart: write / ? # @ and % in user and password as %2F %3F %23 %40 and %25',
    );
  return {
    hosts: hostsOf(authority, parameters),
    user: parameters.get('user') ?? user,
    password: parameters.get('password') ?? password,
    database,
    sslMode: sslModeOf(parameters),
    sslFiles: filesOf(parameters),
    settings: settingsOf(parameters.get('options') ?? ''),
    applicationName: parameters.get('application_name'),
    connectTimeoutMs: timeoutOf(parameters.get('connect_timeout')),
  };
}

/** For people: hosts and database, without user and password. */
export function placeOf(url: string): string {
  const { hosts, database } = parseDatabaseUrl(url);
  const places = hosts.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`);
  return `${places.join(',')}/${database}`;
}

/**
 * Secret managers make passwords with characters that a URL reserves: where no `@` comes before the first of them, the last `@` ends
 * the password.
 */
function splitUser(text: string) {
  const ordinary = text.slice(0, text.search(/[/?#]|$/));
  const at = (ordinary.includes('@') ? ordinary : text.replace(/\?(?!.*@[^/&=]*\/).*$/s, '')).lastIndexOf(
    '@',
  );
  if (at < 0) return { user: undefined, password: undefined, rest: text };
  const colon = text.indexOf(':');
  const hasPassword = colon >= 0 && colon < at;
  return {
    user: decoded(text.slice(0, hasPassword ? colon : at)) || undefined,
    password: hasPassword ? decoded(text.slice(colon + 1, at)) : undefined,
    rest: text.slice(at + 1),
  };
}

/** A % that begins no code stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const known = new Set(
  'host port user password dbname sslmode ssl sslrootcert sslcert sslkey options application_name connect_timeout target_session_attrs'.split(
    ' ',
  ),
);

function parametersOf(query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of query.split('&').filter((one) => one !== '')) {
    const [name = '', ...value] = pair.split('=');
    if (unneeded.test(name)) continue;
    if (!known.has(name)) throw new DatabaseUrlError(`has a parameter that is not understood: ${name}`);
    parameters.set(name, decoded(value.join('=').replaceAll('+', '%20')));
  }
  const wanted = parameters.get('target_session_attrs') ?? 'any';
  if (!['any', 'read-write', 'primary'].includes(wanted))
    throw new DatabaseUrlError(
      `must lead to a server that can be written to, not target_session_attrs=${wanted}`,
    );
  return parameters;
}

function hostsOf(authority: string, parameters: ReadonlyMap<string, string>): readonly DatabaseHost[] {
  const given = authority === '' ? [] : authority.split(',');
  const named = parameters.get('host')?.split(',') ?? [];
  const ports = parameters.get('port')?.split(',') ?? [];
  const places = named.length > 0 ? named.map((host) => ({ host, port: '' })) : given.map(placeIn);
  if (places.length === 0 || places.some(({ host }) => host === ''))
    throw new DatabaseUrlError(
      'must name a host, or the folder of a socket as in postgresql://user:password@/chancery?host=/var/run/postgresql',
    );
  return places.map(({ host, port }, i) => ({
    host,
    port: portOf(port || (ports.length > 1 ? ports[i] : ports[0]) || '5432'),
  }));
}

function placeIn(text: string) {
  const [, v6, host = '', port = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(text) ?? [];
  return { host: v6 ?? decoded(host), port };
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new DatabaseUrlError('must have a port between 1 and 65535');
  return port;
}

function sslModeOf(parameters: ReadonlyMap<string, string>): SslMode | undefined {
  const ssl = parameters.get('ssl');
  const named = parameters.get('sslmode') ?? (ssl === 'true' || ssl === '1' ? 'verify-full' : ssl);
  if (named === undefined) return undefined;
  const mode = sslModes[named];
  if (!mode)
    throw new DatabaseUrlError(`has an sslmode that is not one of ${Object.keys(sslModes).join(', ')}`);
  return mode;
}

function filesOf(parameters: ReadonlyMap<string, string>): DatabaseTarget['sslFiles'] {
  const [ca, cert, key] = ['sslrootcert', 'sslcert', 'sslkey'].map((name) => parameters.get(name));
  return {
    ...(ca !== undefined && ca !== 'system' && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

/** From `-c name=value --name=value`; a blank in a value is written `\ `. */
function settingsOf(options: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  const words = options.match(/(?:\\.|\S)+/gs) ?? [];
  for (const setting of words.flatMap((word) => (word === '-c' ? [] : [word.replace(/^(?:-c|--)/, '')]))) {
    const [name = '', ...value] = setting.split('=');
    if (!/^[a-z_][\w.-]*$/i.test(name) || value.length === 0)
      throw new DatabaseUrlError('has options that are not like -c name=value');
    settings.set(name.replaceAll('-', '_'), value.join('=').replaceAll(/\\(.)/gs, '$1'));
  }
  return settings;
}

function timeoutOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,6}$/.test(text)) throw new DatabaseUrlError('must have connect_timeout in whole seconds');
  return Number(text) > 0 ? Number(text) * 1000 : undefined;
}
