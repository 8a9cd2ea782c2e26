import { AddressRefusedError } from '#src/webhooks/guarded-connect.ts';

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: 'The receiver broke the connection off.',
  EPIPE: 'The receiver broke the connection off.',
  UND_ERR_SOCKET: 'The receiver broke the connection off.',
  ENOTFOUND: 'The host’s name is not known.',
  EAI_AGAIN: 'The host’s name could not be looked up for now.',
  ETIMEDOUT: 'The connection was not made in time.',
  UND_ERR_CONNECT_TIMEOUT: 'The connection was not made in time.',
  EHOSTUNREACH: 'There is no way to the host.',
  ENETUNREACH: 'There is no way to the host.',
};

const longest = 300;

/** Why an attempt got no answer, for the endpoint's owner. */
export function errorWords(error: unknown): string {
  const one = error instanceof AggregateError ? error.errors[0] : error;
  if (!(one instanceof Error)) return 'The request failed.';
  if (one instanceof AddressRefusedError) return one.message;
  const code = 'code' in one && typeof one.code === 'string' ? one.code : '';
  const known = words[code];
  if (known !== undefined) return known;
  const said = one.message.replaceAll(/\s+/g, ' ').slice(0, longest);
  const isTls = /^ERR_TLS|^ERR_SSL|CERT|SELF_SIGNED|UNABLE_TO|^EPROTO/.test(code);
  if (isTls) return `TLS failed: ${said}`;
  return one.name === 'HTTPParserError' ? `The answer is no HTTP: ${said}` : `The request failed: ${said}`;
}
