import type { FastifyInstance } from 'fastify';
import { accountPages } from '#src/web/operators/account-page.ts';
import { auditPages } from '#src/web/operators/audit-page.ts';
import { notThere, openDeskRoutes } from '#src/web/operators/desk-routes.ts';
import type { Desk } from '#src/web/operators/desk.ts';
import { endpointsPages } from '#src/web/operators/endpoints-page.ts';
import { holdPages } from '#src/web/operators/hold-pages.ts';
import { keyPages } from '#src/web/operators/key-pages.ts';
import { mailsPages } from '#src/web/operators/mails-page.ts';
import { messagePages } from '#src/web/operators/message-page.ts';
import { messagesPages } from '#src/web/operators/messages-page.ts';
import { overviewPages } from '#src/web/operators/overview-page.ts';
import { rejectedPages } from '#src/web/operators/rejected-pages.ts';
import { searchPages } from '#src/web/operators/search-page.ts';

/** All pages of the operators' desk (contract §9), each in its file; their frame is in `desk-page.ts`. Who comes here is signed in. */
export async function deskPages(app: FastifyInstance, desk: Desk): Promise<void> {
  const routes = openDeskRoutes(app, desk);
  overviewPages(routes, desk);
  searchPages(routes, desk);
  messagesPages(routes, desk);
  messagePages(routes, desk);
  holdPages(routes, desk);
  rejectedPages(routes, desk);
  accountPages(routes, desk);
  mailsPages(routes, desk);
  keyPages(routes, desk);
  endpointsPages(routes, desk);
  auditPages(routes, desk);
  routes.get('/ops/*', async (visit) => notThere(visit, 'page'));
}
