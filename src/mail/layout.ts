import type { Language } from '#src/domain/customers/language.ts';
import { html, type Html } from '#src/mechanisms/html.ts';

/** One thing that a mail says, for its text and its HTML alike. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'steps'; readonly items: readonly string[] }
  | { readonly kind: 'facts'; readonly rows: readonly Fact[] }
  /** Something to type or paste. */
  | { readonly kind: 'code'; readonly name: string; readonly code: string; readonly isLarge?: boolean }
  | { readonly kind: 'link'; readonly text: string; readonly href: string; readonly address: string };

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface MailDocument {
  readonly language: Language;
  readonly subject: string;
  /** The sender's name at its head. */
  readonly portal: string;
  readonly title: string;
  readonly greeting: string;
  readonly blocks: readonly Block[];
  readonly footer: string;
}

/** The mail for those who read plain text: lines below 80 characters where words allow. */
export function asText({ portal, title, greeting, blocks, footer }: MailDocument): string {
  const parts = [`${portal}\n${title}`, greeting, ...blocks.map(textOf), `-- \n${wrap(footer)}`];
  return `${parts.join('\n\n')}\n`;
}

function textOf(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return wrap(block.text);
    case 'heading':
      return `${block.text}\n${'-'.repeat(Math.min(60, columnsOf(block.text)))}`;
    case 'steps':
      return block.items.map((item, i) => wrap(`${i + 1}. ${item}`, '   ')).join('\n');
    case 'facts':
      return block.rows.map(({ name, value }) => `${name}: ${value}`).join('\n');
    case 'code':
      return `${block.name}\n    ${block.code}`;
    case 'link':
      return `${block.address}\n${block.href}`;
  }
}

/** Columns of a text in a face of one width, where letters of Japanese take two. */
function columnsOf(text: string): number {
  return Array.from(text).reduce(
    (sum, letter) => sum + (/[\u3000-\u9fff\uff00-\uffef]/.test(letter) ? 2 : 1),
    0,
  );
}

/** Breaks between words; a language without blanks stays as it is, as mail programs break it themselves. */
function wrap(text: string, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length > 76) {
      lines.push(line);
      line = indent + word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}

/** The same as HTML, in the look of the certificates. No image, no script, nothing from elsewhere. */
export function asHtml(mail: MailDocument): string {
  const { language, portal, title, greeting, blocks, footer } = mail;
  return `<!DOCTYPE html>\n${
    html`<html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light" />
        <title>${title}</title>
        <style>
          ${{ html: style }}
        </style>
      </head>
      <body>
        <div class="mail">
          <div class="head">${portal}</div>
          <div class="sheet">
            <h1>${title}</h1>
            <p>${greeting}</p>
            ${blocks.map(htmlOf)}
          </div>
          <p class="foot">${footer}</p>
        </div>
      </body>
    </html>`.html
  }\n`;
}

function htmlOf(block: Block): Html {
  switch (block.kind) {
    case 'paragraph':
      return html`<p>${block.text}</p>`;
    case 'heading':
      return html`<h2>${block.text}</h2>`;
    case 'steps':
      return html`<ol>
        ${block.items.map((item) => html`<li>${item}</li>`)}
      </ol>`;
    case 'facts':
      return html`<table>
        <tbody>
          ${block.rows.map(
            ({ name, value }) =>
              html`<tr>
                <th scope="row">${name}</th>
                <td>${value}</td>
              </tr>`,
          )}
        </tbody>
      </table>`;
    case 'code':
      return html`<p class="code">
        <span class="name">${block.name}</span>
        <span class="mono ${block.isLarge === true && 'large'}">${block.code}</span>
      </p>`;
    case 'link':
      return html`<p><a class="button" href="${block.href}">${block.text}</a></p>
        <p class="small">${block.address} ${block.href}</p>`;
  }
}

const style = `
body { margin: 0; padding: 0; background: #f9f7f1; color: #172440; font: 16px/1.55 'Source Sans 3', 'Segoe UI', 'Hiragino Sans', 'Yu Gothic', Meiryo, Helvetica, Arial, sans-serif; }
.mail { max-width: 600px; margin: 0 auto; padding: 24px 16px; }
.head { background: #172440; color: #f2ead2; border-bottom: 3px solid #a88a47; padding: 14px 28px; font: 20px/1.3 'EB Garamond', Georgia, 'Hiragino Mincho ProN', 'Yu Mincho', serif; }
.sheet { background: #ffffff; border: 1px solid #d9d4c4; border-top: 0; padding: 28px 28px 16px; }
h1 { margin: 0 0 16px; font: 500 30px/1.15 'EB Garamond', Georgia, 'Hiragino Mincho ProN', 'Yu Mincho', serif; }
h2 { margin: 24px 0 8px; font: 500 22px/1.2 'EB Garamond', Georgia, 'Hiragino Mincho ProN', 'Yu Mincho', serif; }
p { margin: 0 0 16px; }
ol { margin: 0 0 16px; padding-left: 24px; }
li { margin-bottom: 6px; }
table { width: 100%; border-collapse: collapse; margin: 0 0 20px; }
th, td { padding: 7px 0; border-bottom: 1px solid #d9d4c4; text-align: left; vertical-align: top; font-weight: 400; }
th { width: 38%; padding-right: 12px; color: #5a6478; }
.code { padding: 14px 16px; background: #f9f7f1; border: 1px solid #a88a47; }
.name { display: block; font-size: 14px; color: #7a5e21; font-weight: 600; }
.mono { font-family: 'IBM Plex Mono', Consolas, Menlo, 'Courier New', monospace; font-size: 15px; overflow-wrap: anywhere; }
.large { font-size: 32px; letter-spacing: 6px; }
.button { display: inline-block; background: #172440; color: #ffffff; padding: 12px 24px; font-weight: 600; text-decoration: none; }
.small, .foot { font-size: 14px; color: #5a6478; }
.foot { padding: 12px 28px 0; }
`;
