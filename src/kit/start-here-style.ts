/** The certificate's colours and type; nothing is loaded from anywhere. */
export const startHereStyle = `
:root { --ink: #172440; --muted: #565f73; --gold: #a88a47; --bronze: #735819; --hairline: #d9d4c4; --tint: #f9f7f1; }
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem 1rem 4rem; background: #efece3; color: var(--ink);
  font: 1rem/1.6 "Source Sans 3", "Segoe UI", "Noto Sans", "Hiragino Sans", "Yu Gothic UI", system-ui, sans-serif; }
.top { max-width: 60rem; margin: 0 auto 1rem; display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: baseline; }
h1 { flex: 1; margin: 0; font-size: 1rem; letter-spacing: 0.02em; }
nav { display: flex; gap: 1.25rem; }
a { color: var(--ink); text-underline-offset: 0.2em; text-decoration-color: var(--gold); }
a:focus-visible { outline: 3px solid var(--gold); outline-offset: 3px; }
section { max-width: 60rem; margin: 0 auto 2.5rem; padding: clamp(1.25rem, 5vw, 3.5rem); background: #fff;
  border: 1px solid var(--ink); outline: 1px solid var(--gold); outline-offset: -9px; }
header { text-align: center; padding-bottom: 1.5rem; border-bottom: 1px solid var(--gold); }
h2, h3, .purpose { font-family: "EB Garamond", Garamond, "Iowan Old Style", Georgia, "Noto Serif JP", "Yu Mincho", serif; font-weight: 500; }
h2 { margin: 0.2em 0; font-size: clamp(2rem, 6vw, 3rem); line-height: 1.15; }
h3 { margin: 2rem 0 0.6rem; font-size: 1.6rem; line-height: 1.25; }
h4 { margin: 0; font-size: 1rem; letter-spacing: 0.02em; }
.number { margin: 0; color: var(--bronze); font-weight: 600; letter-spacing: 0.06em; font-size: 0.9rem; }
.purpose { margin: 0.4rem auto 0; max-width: 40rem; font-size: 1.25rem; color: var(--muted); }
.purpose strong { color: var(--ink); font-weight: 600; }
.ways { list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); }
.ways li { padding: 1rem 1.1rem; background: var(--tint); border-top: 2px solid var(--gold); }
.ways p { margin: 0.3rem 0 0; }
pre { margin: 0.7rem 0 0; padding: 0.6rem 0.8rem; background: var(--ink); color: #fff; white-space: pre-wrap; overflow-wrap: anywhere; }
code { font-family: "IBM Plex Mono", ui-monospace, Consolas, Menlo, monospace; font-size: 0.92em; }
table { width: 100%; border-collapse: collapse; }
thead th { padding: 0.3rem 0.8rem 0.3rem 0; text-align: left; vertical-align: bottom; color: var(--muted); font-size: 0.8rem;
  letter-spacing: 0.04em; border-bottom: 2px solid var(--gold); }
tbody th, td { padding: 0.6rem 0.8rem 0.6rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--hairline); }
tbody th { font-weight: 600; }
small { color: var(--muted); font-weight: 400; font-size: 0.85em; }
.code { white-space: nowrap; font-weight: 600; }
.date, pre span { white-space: nowrap; }
.way { display: block; white-space: nowrap; }
.right { text-align: right; }
thead .right { white-space: nowrap; }
.note, .secret { color: var(--muted); }
.secret { margin-bottom: 0; padding-top: 1rem; border-top: 1px solid var(--gold); color: var(--bronze); font-weight: 600; }
dl { margin: 0; } dl div { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: 0.25rem 0; }
dt { min-width: 15rem; } dd { margin: 0; flex: 1 1 16rem; }
@media (max-width: 48rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, tbody th, td { display: block; }
  tr { padding: 0.7rem 0; border-bottom: 1px solid var(--hairline); }
  tbody th, td { padding: 0.1rem 0; border: 0; }
  td, td.right { text-align: left; }
  td::before { content: attr(data-label) ": "; color: var(--muted); font-size: 0.85em; }
  .code { white-space: normal; overflow-wrap: anywhere; }
}
@media print { body { background: #fff; padding: 0; } .top { display: none; } section { break-after: page; border: 0; outline: 0; } }
`;
