import * as field from '#jobs/fields.ts';
import { mergeRequestV1 } from '#jobs/merge-request.ts';
import type { App } from '#src/http/app.ts';
import type { HttpContext } from '#src/http/context.ts';
import { postMessageRoute, type MessageRoutes } from '#src/http/messages/message-routes.ts';
import { getMessageRoute, listMessagesRoute, messageEventsRoute } from '#src/http/messages/message-reads.ts';

const routes: MessageRoutes = {
  kind: 'merge-request',
  path: '/merge-requests',
  noun: 'merge request',
  tag: 'Merge requests',
  body: mergeRequestV1.meta({
    id: 'MergeRequest',
    description: 'A merge request. Unknown fields are refused.',
  }),
  description:
    "Merges two accounts' licenses of a service (`kind` `service`), or several licenses of one account (`on-premises`). An operator's request names no reseller.",
};

export function mergeRequestRoutes(app: App, context: HttpContext): void {
  postMessageRoute(app, context, routes, true);
  getMessageRoute(app, context, routes);
  messageEventsRoute(app, context, routes);
  listMessagesRoute(
    app,
    context,
    routes,
    { requestNumber: field.referenceNumber.optional() },
    ({ requestNumber }) => ({ number: requestNumber }),
  );
}
