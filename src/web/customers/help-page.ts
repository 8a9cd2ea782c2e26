import { html } from '#src/mechanisms/html.ts';
import { portalPage } from '#src/web/customers/portal-page.ts';
import type { Routes } from '#src/web/customers/routes.ts';

/** `/portal/help`: linked from the same place on every page. */
export function helpPages(routes: Routes): void {
  routes.get('/portal/help', async (visit) => {
    const { helpPage: text } = visit.words;
    return {
      page: portalPage(visit, {
        title: text.title,
        content: html`<h1>${text.title}</h1>
          ${text.parts.map(
            ([question, answer]) =>
              html`<h2>${question}</h2>
                <p>${answer}</p>`,
          )}`,
      }),
    };
  });
}
