import { html, type Html } from '#src/mechanisms/html.ts';
import { commonStyle, type Stylesheet } from '#src/web/stylesheet.ts';

/** A link of the header. */
export interface NavigationLink {
  readonly href: string;
  readonly text: string;
  /** Whether it leads to the page that is shown. */
  readonly current?: boolean;
}

/** Everything around a page's own content, the same for customers and operators. */
export interface Frame {
  /** BCP 47: `en`, `de`, `ja`. */
  readonly lang: string;
  readonly title: string;
  /** Set before the title when the page tells of errors, so that a screen reader says it first: `Error: `. */
  readonly titlePrefix?: string;
  readonly skipLink: string;
  /** The name beside the emblem, and what it is the name of: "Licensing Portal". */
  readonly home: { readonly href: string; readonly name: string };
  readonly navigation: readonly NavigationLink[];
  /** Accessible name of the list of links. */
  readonly navigationName: string;
  /** At the right end of the header: who is signed in, sign out, search. */
  readonly corner?: Html | undefined;
  /** Always at the same place, on every page (WCAG 3.2.6). */
  readonly help: { readonly href: string; readonly text: string };
  readonly footer?: Html | undefined;
  /** `wide` for pages of tables, `narrow` for those of one short form. */
  readonly width?: 'narrow' | 'normal' | 'wide';
  /** Loaded after the common one. */
  readonly style?: Stylesheet;
}

/** A page, whole. What the frame is given is escaped; `content` stands in `main`. */
export function framed(frame: Frame, content: Html): string {
  const { lang, title, titlePrefix = '', home, width = 'normal' } = frame;
  const page = html`<html lang="${lang}">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="robots" content="noindex" />
      <title>${titlePrefix}${title} – ${home.name}</title>
      <link rel="icon" type="image/svg+xml" href="/assets/emblem.svg" />
      <link rel="stylesheet" href="${commonStyle.href}" />
      ${frame.style && html`<link rel="stylesheet" href="${frame.style.href}" />`}
    </head>
    <body>
      <a class="skip" href="#content">${frame.skipLink}</a>
      <header class="head">
        <div class="bar">
          <a class="brand" href="${home.href}"
            ><img src="/assets/emblem.svg" alt="" width="36" height="36" /> <span>${home.name}</span></a
          >
          <nav class="links" aria-label="${frame.navigationName}">
            <ul>
              ${frame.navigation.map(
                ({ href, text, current }) =>
                  html`<li>
                    <a href="${href}" ${current === true && attribute('aria-current', 'page')}>${text}</a>
                  </li>`,
              )}
              <li><a href="${frame.help.href}">${frame.help.text}</a></li>
            </ul>
          </nav>
          ${frame.corner && html`<div class="corner">${frame.corner}</div>`}
        </div>
      </header>
      <main id="content" class="${width}" tabindex="-1">${content}</main>
      <footer class="foot"><div class="bar">${frame.footer}</div></footer>
    </body>
  </html>`;
  // What stands at the ends of lines is left over from parts that were not there.
  return `<!DOCTYPE html>\n${page.html.replaceAll(/[ \t]+\n/g, '\n')}\n`;
}

/** An attribute that is only sometimes there. */
export function attribute(name: string, value: string): Html {
  const { html: quoted } = html`${value}`;
  return { html: `${name}="${quoted}"` };
}

/** The page under a path of a proxy: what leads to `/…` leads to `/base/…`. What people wrote is escaped and holds no such attribute. */
export function under(base: string, page: string): string {
  return base === '' ? page : page.replaceAll(/ (href|action|formaction|src)="\//g, ` $1="${base}/`);
}
