import { z } from 'zod';
import * as field from '#jobs/fields.ts';
import { upgradeOrderV1 } from '#jobs/upgrade-order.ts';
import type { App } from '#src/http/app.ts';
import type { HttpContext } from '#src/http/context.ts';
import { postMessageRoute, type MessageRoutes } from '#src/http/messages/message-routes.ts';
import { getMessageRoute, listMessagesRoute, messageEventsRoute } from '#src/http/messages/message-reads.ts';
import { messageStatuses } from '#src/persistence/messages.ts';

const routes: MessageRoutes = {
  kind: 'upgrade-order',
  path: '/upgrade-orders',
  noun: 'upgrade order',
  tag: 'Upgrade orders',
  body: upgradeOrderV1.meta({
    id: 'UpgradeOrder',
    description: 'An upgrade order. Unknown fields are refused.',
  }),
  description:
    'Upgrades what a customer owns to a suite. `reseller` may be absent: it is that of the API key; an operator must name one. The same order number with the same content is a repeat, with other content a conflict.',
};

const filters = {
  orderNumber: field.referenceNumber.optional(),
  status: z.enum(messageStatuses, `must be one of ${messageStatuses.join(', ')}`).optional(),
  account: field.accountId.optional(),
  acceptedAfter: field.instant
    .optional()
    .meta({ description: 'Accepted later than this instant (RFC 3339).' }),
};

export function upgradeOrderRoutes(app: App, context: HttpContext): void {
  postMessageRoute(app, context, routes, true);
  getMessageRoute(app, context, routes);
  messageEventsRoute(app, context, routes);
  listMessagesRoute(app, context, routes, filters, ({ orderNumber, ...filter }) => ({
    ...filter,
    number: orderNumber,
  }));
}
