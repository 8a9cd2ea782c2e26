import { z } from 'zod';
import * as field from '#jobs/fields.ts';
import { listBy, type MessageResource } from '#src/http/messages/resource.ts';
import { messageStatuses } from '#src/persistence/messages.ts';

export const changeRequests: MessageResource = {
  name: 'ChangeRequest',
  tag: { name: 'Change requests', description: 'Change, renew, cancel or return what was fulfilled.' },
  description:
    "Changes something that was fulfilled: `seats`, `renewal`, `cancellation`, `return`, `undo-merge`, `suspension`, `resumption`, `code-replacement`. Name exactly one of `order`, `registrationKey` and `activationCode`. An operator's request names no reseller, and with `of` whose order, change or merge request it means.",
  previews: true,
  list: listBy(
    {
      requestNumber: field.referenceNumber.optional(),
      order: field.referenceNumber.optional(),
      account: field.accountId.optional(),
      status: z.enum(messageStatuses, `must be one of ${messageStatuses.join(', ')}`).optional(),
      acceptedAfter: field.instant
        .optional()
        .meta({ description: 'Accepted later than this instant (RFC 3339).' }),
    },
    ({ requestNumber, ...filter }) => ({ ...filter, number: requestNumber }),
  ),
  example: {
    requestNumber: 'CR-1',
    requestedAt: '2027-01-10T09:00:00Z',
    kind: 'seats',
    order: 'PO-2026-00123',
    seats: 300,
  },
  fields: {
    reseller:
      "That of the API key: may be absent, and must be it when given. An operator's request has none.",
    of: 'Operators only: whose `order`, `change` or `mergeRequest` is meant.',
    requestNumber: 'Your own number: 1 to 64 printable ASCII characters.',
    requestedAt: 'When the customer asked (RFC 3339).',
    kind: 'What shall happen; the other fields depend on it.',
    order: 'An order number; its Registration Key is meant, or, for `return`, the order itself.',
    registrationKey: 'A Registration Key, with every license that it serves.',
    activationCode: 'One license.',
    seats: 'The total that there shall be.',
    allowFewerSeats: 'Whether the total may be lower than it is now.',
    term: 'How much longer, as years and months, such as `P1Y`; or `validThrough`.',
    validThrough: 'The new end, in place of a term.',
    endsOn: 'The last day, from today to the present end; today when absent.',
    change: "A change request's number, for `return`.",
    mergeRequest: "A merge request's number, for `undo-merge`.",
    despiteLater: 'Operators only: suspensions and code replacements since do not stand in the way.',
    because: 'Why.',
    oldCodeUntil: 'The last day on which the old code still resolves, at most 30 days ahead.',
  },
};
