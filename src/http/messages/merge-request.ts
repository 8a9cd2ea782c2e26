import * as field from '#jobs/fields.ts';
import { listBy, type MessageResource } from '#src/http/messages/resource.ts';

export const mergeRequests: MessageResource = {
  name: 'MergeRequest',
  tag: { name: 'Merge requests', description: 'Merge licenses of two accounts, or of one.' },
  description:
    "Merges two accounts' licenses of a service (`kind` `service`), or several licenses of one account (`on-premises`). An operator's request names no reseller.",
  previews: true,
  list: listBy({ requestNumber: field.referenceNumber.optional() }, ({ requestNumber }) => ({
    number: requestNumber,
  })),
  example: {
    requestNumber: 'MR-77',
    requestedAt: '2026-11-20T09:30:00Z',
    kind: 'service',
    product: 'WFBS-SVC',
    into: 'acme',
    from: 'acme-branch',
  },
  fields: {
    reseller:
      "That of the API key: may be absent, and must be it when given. An operator's request has none.",
    requestNumber: 'Your own number: 1 to 64 printable ASCII characters.',
    requestedAt: 'When the customer asked (RFC 3339).',
    kind: '`service`: two accounts; `on-premises`: one account.',
    product: "The product's name or PID.",
    into: 'The account that keeps its Activation Code.',
    from: 'The account whose license is merged into it.',
    account: 'The account.',
    retain: 'The Activation Code that lives on.',
    merge:
      'The Activation Codes that merge into it. May be absent when the account has exactly two active licenses of the product.',
  },
};
