import { languages } from '#src/domain/customers/language.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { errorSummary, type Fault } from '#src/web/controls.ts';
import type { Visit } from '#src/web/customers/visit.ts';
import { wordsOf } from '#src/web/customers/words/words.ts';
import { attribute, framed, under, type Frame } from '#src/web/frame.ts';

export interface PortalPage {
  readonly title: string;
  readonly content: Html;
  readonly faults?: readonly Fault[];
  readonly width?: Frame['width'];
}

/** A page of the portal, whole. The heading is the page's own; faults stand above it. */
export function portalPage(visit: Visit, { title, content, faults = [], width }: PortalPage): string {
  const { words, language, address, request } = visit;
  const path = request.url.split('?')[0] ?? '/portal';
  const frame: Frame = {
    lang: language,
    title,
    ...(faults.length > 0 && { titlePrefix: words.errorPrefix }),
    skipLink: words.skip,
    home: { href: address === undefined ? '/portal' : '/portal/licenses', name: words.portal },
    navigation:
      address === undefined
        ? []
        : [{ href: '/portal/licenses', text: words.licenses, current: path === '/portal/licenses' }],
    navigationName: words.mainNavigation,
    help: { href: '/portal/help', text: words.help },
    corner:
      address === undefined
        ? undefined
        : html`<span class="small">${words.signedInAs} ${address}</span>
            <form method="post" action="/portal/sign-out">
              <button type="submit">${words.signOut}</button>
            </form>`,
    footer: html`<nav class="tongues" aria-label="${words.languages}">
        ${languages.map(
          (one) =>
            html`<a
              href="${pathFor(path)}?language=${one}"
              lang="${one}"
              hreflang="${one}"
              ${one === language && attribute('aria-current', 'true')}
              >${wordsOf[one].languageName}</a
            > `,
        )}
      </nav>
      <span>${words.footer}</span>`,
    ...(width && { width }),
  };
  const page = framed(
    frame,
    html`${
      visit.data.notice !== undefined &&
      html`<div class="notice good" role="status"><p>${visit.data.notice}</p></div>`
    }
    ${errorSummary(words.errorsTitle, faults)} ${content}`,
  );
  return under(request.base, page);
}

/** A page whose address is only posted to is shown again by the one that leads there. */
function pathFor(path: string): string {
  return /^\/portal(?:\/[\w./-]*)?$/.test(path) ? path : '/portal';
}
