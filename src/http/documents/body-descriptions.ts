interface BodyDescription {
  /** What each field means, by its path. */
  readonly fields: Readonly<Record<string, string>>;
  readonly reseller: 'from the key';
  readonly example: object;
}

const reseller =
  'That of the API key: may be absent, and must be it when given. An operator names the reseller that the message is for.';
const agreement =
  'When the customer accepted the license agreement (RFC 3339). Without it nothing is registered.';

/** What the fields of the messages mean, for the OpenAPI document; their shapes come from the schemas themselves. */
export const bodyDescriptions: Readonly<Record<string, BodyDescription>> = {
  UpgradeOrder: {
    reseller: 'from the key',
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
      reseller,
      orderNumber:
        'Your own number: 1 to 64 printable ASCII characters. With the reseller it is the identity of the order.',
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
      startsOn: 'First day of the term; the UTC date of `placedAt` when absent.',
      keep: 'Activation Codes to live on where the customer has several of one product family.',
      allowFewerSeats:
        'Whether the customer may end up with fewer seats than now; otherwise the order is held.',
      register:
        'Registers at once, when the agreement was accepted at the counter; needs `customer.account`.',
      'register.acceptedAgreementAt': agreement,
    },
  },
  Registration: {
    reseller: 'from the key',
    example: {
      registrationKey: 'SP-7K2M-9XQ4-TWHC-3MZC',
      account: 'acme',
      acceptedAgreementAt: '2026-11-21T10:00:00Z',
      select: ['OfficeScan', '100201EN01'],
    },
    fields: {
      reseller,
      registrationKey: 'As on the License Certificate. A wrong check symbol is `MISTYPED_CODE`.',
      account: 'The existing account; exactly one of `account` and `newAccount`.',
      newAccount: 'The account to make; exactly one of `account` and `newAccount`.',
      'newAccount.id': '1 to 63 of a-z, 0-9 and hyphens.',
      'newAccount.company': '1 to 200 characters.',
      'newAccount.contact': 'A person or department.',
      'newAccount.email': 'An e-mail address.',
      'newAccount.country': 'ISO 3166, two capital letters.',
      'newAccount.region': 'The business unit that looks after the customer.',
      acceptedAgreementAt: agreement,
      select: 'Component names or PIDs to issue Activation Codes for. Absent: all. Empty: none.',
    },
  },
  MergeRequest: {
    reseller: 'from the key',
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
  },
};
