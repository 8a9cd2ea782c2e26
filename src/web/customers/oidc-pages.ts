import { html } from '#src/mechanisms/html.ts';
import { portalPage } from '#src/web/customers/portal-page.ts';
import { keep, signIn, type Portal } from '#src/web/customers/portal.ts';
import type { Routes } from '#src/web/customers/routes.ts';
import { addressTyped } from '#src/web/customers/sign-in-pages.ts';
import type { Answer, Visit } from '#src/web/customers/visit.ts';

const callback = '/portal/oidc/callback';

/** Longer nobody types a password at the issuer. */
const waitedForMs = 10 * 60_000;

/** `/portal/oidc`: to the company's own sign-in and back. Where it leads afterwards no address says: the session knows. */
export function oidcPages(routes: Routes, portal: Portal, publicUrl: string | undefined): void {
  const { companySignIn, log } = portal;
  if (!companySignIn) return;
  routes.get('/portal/oidc', async (visit) => {
    try {
      const { url, checks } = await companySignIn.begin(redirectUri(visit, publicUrl));
      await keep(portal, visit, { ...visit.data, oidc: { ...checks, at: new Date().toISOString() } });
      return { sent: visit.reply.redirect(url, 303) };
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, 'the OIDC issuer cannot be asked');
      return failedPage(visit, 503, visit.words.signIn.oidcFailed);
    }
  });
  routes.get(callback, async (visit) => {
    const { oidc, ...data } = visit.data;
    const { session, words } = visit;
    if (!session || !oidc) return failedPage(visit, 400, words.signIn.oidcFailed);
    // Whatever comes of it, what was sent along is good once.
    await portal.sessions.keep(session, data);
    if (Date.now() - Date.parse(oidc.at) > waitedForMs)
      return failedPage(visit, 400, words.signIn.oidcFailed);
    const returned = new URL(redirectUri(visit, publicUrl));
    returned.search = visit.request.url.split('?')[1] ?? '';
    try {
      const answer = await companySignIn.finish(returned, oidc);
      const address = 'address' in answer ? addressTyped(answer.address) : undefined;
      if (address === undefined) return failedPage(visit, 403, words.signIn.oidcUnverified);
      const { signingIn: _, notice: __, ...rest } = data;
      await signIn(portal, visit, address, rest);
      return { go: data.kept?.path ?? '/portal/licenses' };
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, 'a sign-in by OIDC failed');
      return failedPage(visit, 400, words.signIn.oidcFailed);
    }
  });
}

/** Under PUBLIC_URL; without one, where this browser sees the server, as it or a trusted proxy says. */
function redirectUri({ request }: Visit, publicUrl: string | undefined): string {
  return `${publicUrl ?? `${request.protocol}://${request.host}${request.base}`}${callback}`;
}

function failedPage(visit: Visit, status: number, text: string): Answer {
  const { words } = visit;
  const page = portalPage(visit, {
    title: words.signIn.oidcFailedTitle,
    width: 'narrow',
    content: html`<h1>${words.signIn.oidcFailedTitle}</h1>
      <p>${text}</p>
      <p><a href="/portal">${words.problems.toStart}</a></p>`,
  });
  return { status, page };
}

/** What went wrong, without anything that the issuer or the browser sent: that may be a secret. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = Object.fromEntries(Object.entries(error));
  return typeof code === 'string' ? `${error.name} ${code}` : error.name;
}
