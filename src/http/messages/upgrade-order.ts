import { z } from 'zod';
import * as field from '#jobs/fields.ts';
import { agreementField, listBy, resellerField, type MessageResource } from '#src/http/messages/resource.ts';
import { messageStatuses } from '#src/persistence/messages.ts';

export const upgradeOrders: MessageResource = {
  name: 'UpgradeOrder',
  tag: { name: 'Upgrade orders', description: 'Upgrade what a customer owns to a suite.' },
  description:
    'Upgrades what a customer owns to a suite. `reseller` may be absent: it is that of the API key; an operator must name one. The same order number with the same content is a repeat, with other content a conflict; when the order was rejected, other content is a new try, which names it in `replaces`.',
  previews: true,
  list: listBy(
    {
      orderNumber: field.referenceNumber.optional(),
      status: z.enum(messageStatuses, `must be one of ${messageStatuses.join(', ')}`).optional(),
      account: field.accountId.optional(),
      acceptedAfter: field.instant
        .optional()
        .meta({ description: 'Accepted later than this instant (RFC 3339).' }),
    },
    ({ orderNumber, ...filter }) => ({ ...filter, number: orderNumber }),
  ),
  example: {
    orderNumber: 'PO-2026-00123',
    placedAt: '2026-11-20T09:30:00Z',
    customer: {
      account: 'acme',
      company: 'ACME GmbH',
      contact: 'IT Purchasing',
      email: 'it@acme.example',
      country: 'DE',
    },
    suite: 'SPC',
    seats: 250,
    term: 'P1Y',
    startsOn: '2026-12-01',
  },
  fields: {
    reseller: resellerField,
    orderNumber:
      'Your own number: 1 to 64 printable ASCII characters; blanks at its ends do not count. With the reseller it is the identity of the order.',
    placedAt: 'When the customer ordered (RFC 3339, any offset); at most a day ahead.',
    customer: 'Who ordered.',
    'customer.account': "The customer's account. Absent: it comes with the registration.",
    'customer.company': '1 to 200 characters.',
    'customer.contact': 'A person or department.',
    'customer.email': 'An e-mail address.',
    'customer.country': 'ISO 3166, two capital letters.',
    suite: 'Code of the suite, as in the catalog.',
    seats: 'The total that the customer shall have, not an addition.',
    term: 'Years and months (ISO 8601), 1 to 120 months in all: `P1Y`, `P36M`, `P1Y6M`.',
    validThrough: 'The last day, in place of `term`: exactly one of the two.',
    startsOn: 'First day of the term; the UTC date of `placedAt` when absent.',
    keep: 'Activation Codes to live on where the customer has several of one product family.',
    allowFewerSeats:
      'Whether the customer may end up with fewer seats than now; otherwise the order is held.',
    register: 'Registers at once, when the agreement was accepted at the counter; needs `customer.account`.',
    'register.acceptedAgreementAt': agreementField,
  },
};
