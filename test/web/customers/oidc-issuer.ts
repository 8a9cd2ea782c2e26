import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { onTestFinished } from 'vitest';

export interface Issuer {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where it may send browsers back to; the portal's port is known after it was started alone. */
  readonly leadsBackTo: (uri: string) => void;
  /** What browsers were sent to it with, newest last. */
  readonly asked: readonly URL[];
  close(): Promise<void>;
}

/**
 * A certified OpenID Connect provider on a free port. Whoever types an address there as the login has that address; it is verified
 * unless it begins with `unverified`.
 */
export async function openIssuer(): Promise<Issuer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  const url = `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`;
  const clientId = 'chancery';
  const clientSecret = 'a secret of the test, with blanks & signs';
  const redirectUris: string[] = [];
  const asked: URL[] = [];
  let handle: ReturnType<Provider['callback']> | undefined;
  const provider = () =>
    new Provider(url, {
      clients: [
        {
          client_id: clientId,
          client_secret: clientSecret,
          redirect_uris: redirectUris,
          grant_types: ['authorization_code'],
          response_types: ['code'],
        },
      ],
      pkce: { required: () => true },
      claims: { openid: ['sub'], email: ['email', 'email_verified'] },
      cookies: { keys: ['a key of the test'] },
      findAccount: (_, id) => ({
        accountId: id,
        claims: () => ({ sub: id, email: id, email_verified: !id.startsWith('unverified') }),
      }),
      features: { devInteractions: { enabled: true } },
    });
  server.on('request', (request, response) => {
    const at = new URL(request.url ?? '/', url);
    if (at.pathname === '/auth') asked.push(at);
    handle ??= provider().callback();
    void handle(request, response);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  onTestFinished(close);
  return { url, clientId, clientSecret, leadsBackTo: (uri) => void redirectUris.push(uri), asked, close };
}
