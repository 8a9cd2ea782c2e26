import type { z } from 'zod';
import { kindsByName, messageKinds, type MessageKind } from '#jobs/kinds.ts';
import { changeRequests } from '#src/http/messages/change-request.ts';
import { mergeRequests } from '#src/http/messages/merge-request.ts';
import { registrations } from '#src/http/messages/registration.ts';
import type { MessageResource } from '#src/http/messages/resource.ts';
import { upgradeOrders } from '#src/http/messages/upgrade-order.ts';
import { recordOf } from '#src/mechanisms/records.ts';

/** How each kind of message comes over HTTP. */
export const resources: { readonly [Kind in MessageKind]: MessageResource } = {
  'upgrade-order': upgradeOrders,
  registration: registrations,
  'merge-request': mergeRequests,
  'change-request': changeRequests,
};

/** The schemas of their bodies, under their names in the OpenAPI document. */
export const bodies: Readonly<Record<MessageKind, z.ZodType>> = recordOf(messageKinds, (kind) => {
  const { schema, noun } = kindsByName[kind];
  const text = `${withArticle(noun)}. Unknown fields are refused.`;
  const description = text.charAt(0).toUpperCase() + text.slice(1);
  return schema.meta({ id: resources[kind].name, description });
});

export function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}
