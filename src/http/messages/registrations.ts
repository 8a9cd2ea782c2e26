import { registrationV1 } from '#jobs/registration.ts';
import type { App } from '#src/http/app.ts';
import type { HttpContext } from '#src/http/context.ts';
import { postMessageRoute, type MessageRoutes } from '#src/http/messages/message-routes.ts';
import { getMessageRoute, messageEventsRoute } from '#src/http/messages/message-reads.ts';

const routes: MessageRoutes = {
  kind: 'registration',
  path: '/registrations',
  noun: 'registration',
  tag: 'Registrations',
  body: registrationV1.meta({
    id: 'Registration',
    description: 'A registration. Unknown fields are refused.',
  }),
  description:
    'Registers a Registration Key to an account, existing or new, and issues Activation Codes for the selected components. Registering again selects further ones; what was issued stays.',
};

export function registrationRoutes(app: App, context: HttpContext): void {
  postMessageRoute(app, context, routes, false);
  getMessageRoute(app, context, routes);
  messageEventsRoute(app, context, routes);
}
