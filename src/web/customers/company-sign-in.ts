import type { Configuration as Client } from 'openid-client';

/** OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET. */
export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What the browser's session keeps until the issuer sends it back: none of it is of use to anybody else. */
export interface OidcChecks {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Who came back: an address that the issuer has verified, or one that it has not. */
export type OidcAnswer = { readonly address: string } | { readonly refused: 'unverified' };

/** Sign-in at the customer's own identity provider (OpenID Connect, code flow with PKCE), beside the mailed code. */
export interface CompanySignIn {
  /**
   * @param redirectUri where the issuer sends the browser back to
   * @returns where the browser goes. Throws when the issuer cannot be reached
   */
  begin(redirectUri: string): Promise<{ readonly url: string; readonly checks: OidcChecks }>;
  /** Redeems what the browser brought back, once. Throws when anything of it is not as it should be. */
  finish(returned: URL, checks: OidcChecks): Promise<OidcAnswer>;
  /** Asks the issuer what it is. @returns its token endpoint; throws when it does not say */
  discover(): Promise<string>;
}

/** Longer waits nobody in front of a browser. */
const answeredWithinSeconds = 10;

/** The client library is loaded, and the issuer asked, when somebody signs in this way for the first time. */
export function createCompanySignIn({ issuer, clientId, clientSecret }: OidcSettings): CompanySignIn {
  let found: Promise<Client> | undefined;
  const discovered = async (): Promise<Client> => {
    const { allowInsecureRequests, ClientSecretBasic, discovery } = await import('openid-client');
    const url = new URL(issuer);
    // Settings allow `http:` on this machine alone.
    const execute = url.protocol === 'http:' ? [allowInsecureRequests] : [];
    const options = { execute, timeout: answeredWithinSeconds };
    return discovery(url, clientId, clientSecret, ClientSecretBasic(clientSecret), options);
  };
  const client = (): Promise<Client> => {
    const asked = (found ??= discovered());
    // An issuer that was away is asked again by the next who comes.
    asked.catch(() => {
      if (found === asked) found = undefined;
    });
    return asked;
  };
  return {
    async begin(redirectUri) {
      const { buildAuthorizationUrl, calculatePKCECodeChallenge, ...random } = await import('openid-client');
      const checks = {
        state: random.randomState(),
        nonce: random.randomNonce(),
        verifier: random.randomPKCECodeVerifier(),
      };
      const url = buildAuthorizationUrl(await client(), {
        redirect_uri: redirectUri,
        scope: 'openid email',
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: await calculatePKCECodeChallenge(checks.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, checks };
    },
    async finish(returned, { state, nonce, verifier }) {
      const { authorizationCodeGrant, fetchUserInfo } = await import('openid-client');
      const tokens = await authorizationCodeGrant(await client(), returned, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw new Error('The issuer gave no ID token.');
      // Many issuers tell the address at their userinfo endpoint alone.
      const { email, email_verified: verified } =
        claims['email'] === undefined
          ? await fetchUserInfo(await client(), tokens.access_token, claims.sub)
          : claims;
      const isVerified = verified === true || verified === 'true';
      return typeof email === 'string' && isVerified ? { address: email } : { refused: 'unverified' };
    },
    async discover() {
      const endpoint = (await client()).serverMetadata().token_endpoint;
      if (endpoint === undefined) throw new Error('The issuer names no token endpoint.');
      return endpoint;
    },
  };
}
