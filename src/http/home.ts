import type { App } from '#src/http/app.ts';
import { html } from '#src/mechanisms/html.ts';
import { opsPage, quietPagePolicy } from '#src/web/page.ts';

/** Where things are, in the order in which a newcomer wants to hear of them. Those that are not there are left out. */
const places = [
  { path: '/portal', name: 'Licensing portal', text: 'for customers: register, merge, download' },
  { path: '/ops', name: 'Operators', text: 'queues and messages' },
  { path: '/docs', name: 'API documentation', text: 'every call, with examples' },
  { path: '/docs/json', name: 'OpenAPI document', text: 'the same for programs' },
  { path: '/health/ready', name: 'Readiness', text: 'whether everything needed is there' },
  { path: '/.well-known/jwks.json', name: 'Public keys', text: 'that certificates are checked with' },
] as const;

/** `/`: tells a browser, and a program, where things are. */
export function homeRoute(app: App): void {
  app.get('/', { schema: { hide: true } }, ({ base, headers }, reply) => {
    const found = places.filter(({ path }) => app.hasRoute({ method: 'GET', url: path }));
    void reply.header('vary', 'Accept');
    if (headers.accept?.includes('text/html') !== true)
      return reply.send(Object.fromEntries(found.map(({ path, name }) => [name, base + path])));
    void reply.header('content-security-policy', quietPagePolicy);
    return reply.type('text/html; charset=utf-8').send(
      opsPage(
        base,
        'Where things are',
        html`<main>
          <h1>Chancery</h1>
          <p>Turns reseller orders into licenses.</p>
          <table>
            ${found.map(
              ({ path, name, text }) =>
                html`<tr>
                  <td><a href="${base}${path}">${name}</a></td>
                  <td>${text}</td>
                </tr>`,
            )}
          </table>
        </main>`,
      ),
    );
  });
}
