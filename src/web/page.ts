import { html, type Html } from '#src/mechanisms/html.ts';
import { colours } from '#src/web/emblem.ts';

/** For pages of ours that only say something: nothing is loaded but the emblem, nothing sent, and nobody may frame them. */
export const quietPagePolicy =
  "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/**
 * A page of the operators' corner, whole.
 * @param base the path that every address of ours begins with
 */
export function opsPage(base: string, title: string, body: Html): string {
  return `<!DOCTYPE html>${
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} · Chancery</title>
        <link rel="icon" type="image/svg+xml" href="${base}/ops/emblem.svg" />
        <style>
          ${{ html: style }}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html>`.html
  }`;
}

const style = `
:root { color-scheme: light; --ink: ${colours.ink}; --gold: ${colours.gold}; --bronze: ${colours.bronze}; --paper: ${colours.paper}; }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, 'Segoe UI', Roboto, sans-serif }
h1 { font: 600 26px/1.2 Georgia, 'Times New Roman', serif; margin: 0 }
h2 { font: 600 17px/1.3 Georgia, 'Times New Roman', serif; margin: 28px 0 10px; padding-bottom: 5px; border-bottom: 1px solid #ddd5bf }
a { color: var(--bronze) }
code, .mono { font-family: ui-monospace, 'DejaVu Sans Mono', monospace; font-size: 13px }
header { background: var(--ink); color: #fff; padding: 12px 28px; display: flex; align-items: center; gap: 12px; border-bottom: 3px solid var(--gold) }
header img { width: 32px; height: 32px } header b { font: 600 19px Georgia, serif }
header nav { margin-left: auto; display: flex; gap: 18px; align-items: center }
header a { color: #e9dfc4; text-decoration: none } header a:hover { text-decoration: underline }
header button { background: none; border: 1px solid #55617c; color: #e9dfc4; padding: 4px 11px; border-radius: 5px; font: inherit; cursor: pointer }
.badge { padding: 2px 10px; border-radius: 99px; background: var(--bronze); color: #fff; font-size: 12px; font-weight: 600 }
main { max-width: 1020px; margin: 0 auto; padding: 30px 28px 60px }
.status { padding: 3px 12px; border-radius: 99px; font-size: 13px; font-weight: 600; vertical-align: middle; background: #e6e9f0 }
.fulfilled { background: #dcefe0; color: #1d6130 } .rejected { background: #f8dfdc; color: #96271a } .held { background: #fbeac3; color: #7c5a05 } .accepted { background: #dfe8f8; color: #234f96 }
dl { display: grid; grid-template-columns: 190px 1fr; gap: 5px 16px; margin: 18px 0 }
dt { color: #616b80 } dd { margin: 0; overflow-wrap: anywhere }
table { width: 100%; border-collapse: collapse; background: #fff; border: 1px solid #e6dfcc } th, td { text-align: left; padding: 7px 11px; border-bottom: 1px solid #eee8d8; vertical-align: top }
th { background: #f4f0e3; font-weight: 600; font-size: 13px; color: #4a5468 } td.n { text-align: right; font-variant-numeric: tabular-nums }
.reason { margin: 18px 0; padding: 12px 16px; background: #fff; border-left: 4px solid var(--gold) }
.muted { color: #616b80 }
.login { display: grid; place-items: center; min-height: 100vh; padding: 24px }
.card { width: 100%; max-width: 390px; background: #fff; border: 1px solid #e2dac4; border-top: 4px solid var(--gold); border-radius: 8px; padding: 34px 34px 30px; box-shadow: 0 12px 40px rgb(23 36 64 / 10%) }
.card img { width: 56px; height: 56px; display: block; margin: 0 auto 12px } .card h1, .card p { text-align: center } .card p { margin: 4px 0 22px }
label { display: block; font-weight: 600; margin-bottom: 5px }
input { width: 100%; padding: 10px 12px; border: 1px solid #c7c0ac; border-radius: 6px; font: 14px ui-monospace, monospace }
input:focus { outline: 2px solid var(--gold); outline-offset: 1px }
.card button { width: 100%; margin-top: 16px; padding: 11px; border: 0; border-radius: 6px; background: var(--ink); color: #fff; font: 600 15px system-ui, sans-serif; cursor: pointer }
.card button:hover { background: #22345a }
.card .error { background: #f8dfdc; color: #96271a; padding: 8px 12px; border-radius: 6px; margin: 0 0 16px }
`;
