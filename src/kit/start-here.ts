import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import type { KitFacts, KitProduct } from '#src/kit/kit-facts.ts';
import { startHereStyle } from '#src/kit/start-here-style.ts';
import { de } from '#src/kit/words/de.ts';
import { en } from '#src/kit/words/en.ts';
import { ja } from '#src/kit/words/ja.ts';
import type { KitWords } from '#src/kit/words/words.ts';
import { html, type Html } from '#src/mechanisms/html.ts';

const languages = [en, de, ja];

/** `START-HERE.html`: what the kit is and what to do with it, in three languages one after the other, with nothing to load. */
export function startHere(facts: KitFacts, certificate: CertificateFacts, pdfName: string): Buffer {
  const { company } = certificate.customer;
  const page = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>Deployment Kit for ${company}</title>
      <style>
        ${{ html: startHereStyle }}
      </style>
    </head>
    <body>
      <div class="top">
        <h1>Deployment Kit ${facts.certificate.number}</h1>
        <nav aria-label="Language">
          ${languages.map(
            ({ language, name }) =>
              html`<a href="#${language}" lang="${language}" hreflang="${language}">${name}</a>`,
          )}
        </nav>
      </div>
      <main>
        ${languages.map((words) => section(words, facts, { company, suite: suiteOf(certificate), pdfName }))}
      </main>
    </body>
  </html>`;
  return Buffer.from(`<!DOCTYPE html>\n${page.html}\n`, 'utf8');
}

interface About {
  readonly company: string;
  readonly suite: string;
  readonly pdfName: string;
}

function suiteOf(certificate: CertificateFacts): string {
  if (certificate.kind === 'upgrade' || certificate.kind === 'change') return certificate.suite?.name ?? '';
  return certificate.product.name;
}

function section(words: KitWords, facts: KitFacts, { company, suite, pdfName }: About): Html {
  const { language, columns } = words;
  const { number, version } = facts.certificate;
  const [before = '', between = '', after = ''] = words.purpose.split(/\{(?:suite|company)\}/u);
  const bold = (text: string) => html`<strong><bdi>${text}</bdi></strong>`;
  const [first, second] =
    words.purpose.indexOf('{suite}') < words.purpose.indexOf('{company}')
      ? [suite, company]
      : [company, suite];
  return html`<section lang="${language}" id="${language}" aria-labelledby="${language}-title">
    <header>
      <p class="number">
        ${words.certificate.replace('{number}', number).replace('{version}', String(version))}
      </p>
      <h2 id="${language}-title">${words.title}</h2>
      <p class="purpose">${before}${bold(first)}${between}${bold(second)}${after}</p>
    </header>
    <h3>${words.install}</h3>
    <ol class="ways">
      ${words.steps.map(
        ({ where, how, command }) =>
          html`<li>
            <h4>${where}</h4>
            <p>${how}</p>
            ${command === undefined ? '' : html`<pre><code>${wordsOf(command)}</code></pre>`}
          </li>`,
      )}
    </ol>
    <p>${words.checked}</p>
    <p>${words.byHand}</p>
    <h3>${words.products}</h3>
    <table>
      <thead>
        <tr>
          <th scope="col">${columns.product}</th>
          <th scope="col">${columns.code}</th>
          <th scope="col" class="right">${columns.seats}</th>
          <th scope="col">${columns.validThrough}</th>
          <th scope="col">${columns.get}</th>
        </tr>
      </thead>
      <tbody>
        ${facts.products.map(
          (product) =>
            html`<tr>
              <th scope="row">${product.product}<br /><small>${product.pid}</small></th>
              <td data-label="${columns.code}"><code class="code">${product.activationCode}</code></td>
              <td data-label="${columns.seats}" class="right">${product.seats}</td>
              <td data-label="${columns.validThrough}" class="date">${product.validThrough}</td>
              <td data-label="${columns.get}">${ways(words, product)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    <p class="note">${words.owned}</p>
    <h3>${words.files}</h3>
    <dl>
      ${words.fileList.map(
        ([file, what]) =>
          html`<div>
            <dt><code>${file.replace('{certificate}', pdfName)}</code></dt>
            <dd>${what}</dd>
          </div>`,
      )}
    </dl>
    <p class="secret">${words.secret}</p>
  </section>`;
}

/** In pieces that are not broken, at hyphens for instance. */
function wordsOf(command: string): Html {
  const words = command.split(' ').map((word) => html`<span>${word}</span>`.html);
  return { html: words.join(' ') };
}

const platformNames = { linux: 'Linux', windows: 'Windows', macos: 'macOS' };

function ways({ console: link, nothing }: KitWords, { console, downloads = [] }: KitProduct): Html {
  if (console !== undefined) return html`<a href="${console}">${link}</a>`;
  if (downloads.length === 0) return html`${nothing}`;
  return html`${downloads.map(
    ({ platform, version, url, bytes }) =>
      html`<span class="way"
        ><a href="${url}">${platformNames[platform]} ${version}</a> <small>${sizeOf(bytes)}</small></span
      > `,
  )}`;
}

function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [size, unit] =
    bytes < 1e6 ? [bytes / 1e3, 'kB'] : bytes < 1e9 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB'];
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${unit}`;
}
