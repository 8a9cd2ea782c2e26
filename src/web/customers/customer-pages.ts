import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { Arrival, Arrived } from '#src/fulfillment/batch/accept-messages.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import type { CodeSecret } from '#src/mail/code-secret.ts';
import { certificatePages } from '#src/web/customers/certificate-page.ts';
import { checkPages } from '#src/web/customers/check-page.ts';
import { createCompanySignIn, type OidcSettings } from '#src/web/customers/company-sign-in.ts';
import { detailsPages } from '#src/web/customers/details-pages.ts';
import { helpPages } from '#src/web/customers/help-page.ts';
import { licensesPages } from '#src/web/customers/licenses-page.ts';
import { membersPages } from '#src/web/customers/members-page.ts';
import { mergePages } from '#src/web/customers/merge-pages.ts';
import { mergePreviewPages } from '#src/web/customers/merge-preview-pages.ts';
import { mergeServicePages } from '#src/web/customers/merge-service-pages.ts';
import { oidcPages } from '#src/web/customers/oidc-pages.ts';
import type { Portal } from '#src/web/customers/portal.ts';
import { createProving } from '#src/web/customers/proving.ts';
import { requestPages } from '#src/web/customers/request-page.ts';
import { memberSessionLimits, openRoutes } from '#src/web/customers/routes.ts';
import { signInPages } from '#src/web/customers/sign-in-pages.ts';
import { signUpPages } from '#src/web/customers/sign-up-pages.ts';
import { suitePages } from '#src/web/customers/suite-page.ts';
import { createSessions } from '#src/web/sessions.ts';

export interface CustomerPagesOptions {
  readonly fulfillment: Fulfillment;
  /** Records a message as the HTTP intake does, and wakes who decides it. */
  readonly accept: (arrival: Arrival) => Promise<Arrived>;
  readonly codeSecret: CodeSecret;
  readonly publicUrl: string | undefined;
  readonly log: FastifyBaseLogger;
  readonly kit?: Portal['kit'];
  readonly oidc?: OidcSettings | undefined;
}

/** The customers' portal under `/portal` (contract §8). */
export async function customerPages(app: FastifyInstance, options: CustomerPagesOptions): Promise<void> {
  const { fulfillment, accept, codeSecret, publicUrl, log, kit, oidc } = options;
  const portal: Portal = {
    fulfillment,
    accept,
    log,
    kit,
    companySignIn: oidc && createCompanySignIn(oidc),
    proving: createProving(fulfillment, codeSecret),
    sessions: createSessions({
      database: fulfillment.database,
      kind: 'member',
      limits: memberSessionLimits,
      cookie: 'chancery_member',
      path: '/portal',
      // So that links in mails, and the way back from the company's own sign-in, find it. Posts from other sites are refused by themselves.
      sameSite: 'lax',
      publicUrl,
    }),
  };
  const routes = await openRoutes(app, portal, publicUrl);
  signInPages(routes, portal);
  oidcPages(routes, portal, publicUrl);
  signUpPages(routes, portal);
  detailsPages(routes, portal);
  checkPages(routes, portal);
  suitePages(routes, portal);
  licensesPages(routes, portal);
  certificatePages(routes, portal);
  membersPages(routes, portal);
  mergePages(routes, portal);
  mergeServicePages(routes, portal);
  mergePreviewPages(routes, portal);
  requestPages(routes, portal);
  helpPages(routes);
}
