import { html, type Html } from '#src/mechanisms/html.ts';
import { shortened } from '#src/mechanisms/printable.ts';
import { errorSummary, type Fault } from '#src/web/controls.ts';
import { framed, under } from '#src/web/frame.ts';
import { may, type DeskVisit } from '#src/web/operators/desk.ts';
import { deskStyle } from '#src/web/stylesheet.ts';

export interface DeskPage {
  readonly title: string;
  readonly content: Html;
  readonly faults?: readonly Fault[];
  /** A sentence on what has just been done. */
  readonly notice?: string | Html | undefined;
  /** What was searched for; codes masked. */
  readonly searched?: string;
  readonly width?: 'narrow' | 'normal' | 'wide';
}

/** The links of the header. */
const places = [
  ['/ops/messages', 'Messages'],
  ['/ops/holds', 'Holds'],
  ['/ops/rejected', 'Rejected'],
  ['/ops/mails', 'Mails'],
  ['/ops/resellers', 'Resellers'],
  ['/ops/operators', 'Operators'],
  ['/ops/endpoints', 'Endpoints'],
  ['/ops/audit', 'Audit'],
  ['/ops/queues', 'Queues'],
] as const;

/** A page of the desk, whole: its content in the frame that all of them share. */
export function deskPage(
  visit: DeskVisit,
  { title, content, faults = [], notice, searched = '', width = 'wide' }: DeskPage,
): string {
  const { request, operator, environmentName } = visit;
  const path = request.url.split('?')[0] ?? '';
  const page = framed(
    {
      lang: 'en',
      // A title of more is cut off wherever it is shown.
      title: shortened(title, 50),
      ...(faults.length > 0 && { titlePrefix: 'Error: ' }),
      skipLink: 'To the content',
      home: { href: '/ops', name: 'Chancery' },
      navigation: places
        .filter(([href]) => href !== '/ops/endpoints' || may(visit, 'admin'))
        .map(([href, text]) => ({
          href,
          text,
          current: path === href || path.startsWith(`${href}/`),
        })),
      navigationName: 'Desk',
      help: { href: '/docs', text: 'API' },
      corner: html`<form method="post" action="/ops/search" role="search">
          <label class="tiny" for="q">Search</label>
          <input
            id="q"
            name="q"
            type="search"
            value="${searched}"
            maxlength="300"
            placeholder="Order, certificate, account, company or code"
            autocomplete="off"
            spellcheck="false"
          />
          <button type="submit">Search</button>
        </form>
        <span class="who small">${environmentName} · ${operator.name} (${operator.role})</span>
        <form method="post" action="/ops/logout"><button type="submit">Sign out</button></form>`,
      footer: html`<span>
        Search: order, request or certificate number, id, account, company, a code or its last four symbols.
      </span>`,
      width,
      style: deskStyle,
    },
    html`${notice !== undefined && html`<div class="notice good" role="status"><p>${notice}</p></div>`}
    ${errorSummary('There is a problem', faults)} ${content}`,
  );
  return under(request.base, page);
}

/** A page that only says something. */
export function saying(visit: DeskVisit, title: string, text: string): string {
  return deskPage(visit, {
    title,
    width: 'normal',
    content: html`<h1>${title}</h1>
      <p>${text}</p>
      <p><a href="/ops">To the overview</a></p>`,
  });
}
