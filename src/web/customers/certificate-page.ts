import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import { html } from '#src/mechanisms/html.ts';
import { findCertificate, findCertificatePdf } from '#src/persistence/certificates.ts';
import { portalPage } from '#src/web/customers/portal-page.ts';
import { readingOf, type Portal } from '#src/web/customers/portal.ts';
import { notFoundPage, type Routes } from '#src/web/customers/routes.ts';

/** `/portal/certificates/{number}`: the newest version as PDF, for members of an account that it is about. */
export function certificatePages(routes: Routes, portal: Portal): void {
  routes.memberGet('/portal/certificates/:number', async (visit) => {
    const { params } = visit.request;
    const number =
      typeof params === 'object' && params !== null && 'number' in params ? String(params.number) : '';
    const tx = readingOf(portal);
    const found = /^LC-\d{4}-\d{7,}$/.test(number) ? await findCertificate(tx, number) : undefined;
    const facts = found?.facts;
    const accounts = facts ? accountsOf(facts) : [];
    if (!found || !visit.memberships.some(({ account }) => accounts.includes(account)))
      return { status: 404, page: notFoundPage(visit) };
    const rendered = await findCertificatePdf(tx, number, found.version);
    if (!rendered) {
      const { licensesPage: text } = visit.words;
      return {
        refreshSeconds: 3,
        page: portalPage(visit, {
          title: text.certificates,
          content: html`<h1>${number}</h1>
            <p role="status">${text.pending}</p>
            <p><a href="/portal/licenses">${visit.words.request.toLicenses}</a></p>`,
        }),
      };
    }
    return {
      sent: visit.reply
        .type('application/pdf')
        .header('content-disposition', `inline; filename="${number}-v${found.version}.pdf"`)
        .send(rendered.pdf),
    };
  });
}

/** The accounts that a certificate is about. */
function accountsOf(facts: CertificateFacts): readonly (string | null)[] {
  const { customer } = facts;
  if (facts.kind !== 'merge' && facts.kind !== 'undo-merge') return [customer.account];
  const others = facts.kind === 'merge' ? facts.merged : facts.restored;
  return [facts.survivor, ...others].map(({ account }) => account);
}
