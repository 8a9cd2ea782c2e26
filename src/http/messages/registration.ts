import { agreementField, resellerField, type MessageResource } from '#src/http/messages/resource.ts';

export const registrations: MessageResource = {
  name: 'Registration',
  tag: { name: 'Registrations', description: 'Turn a Registration Key into Activation Codes.' },
  description:
    'Registers a Registration Key to an account, existing or new, and issues Activation Codes for the selected components. Registering again selects further ones; what was issued stays.',
  previews: false,

  example: {
    registrationKey: 'SP-7K2M-9XQ4-TWHC-3MZC',
    account: 'acme',
    acceptedAgreementAt: '2026-11-21T10:00:00Z',
    select: ['OfficeScan', '100201EN01'],
  },
  fields: {
    reseller: resellerField,
    registrationKey: 'As on the License Certificate. A wrong check symbol is `MISTYPED_CODE`.',
    account: 'The existing account; exactly one of `account` and `newAccount`.',
    newAccount: 'The account to make; exactly one of `account` and `newAccount`.',
    'newAccount.id': '1 to 63 of a-z, 0-9 and hyphens.',
    'newAccount.company': '1 to 200 characters.',
    'newAccount.contact': 'A person or department.',
    'newAccount.email': 'An e-mail address.',
    'newAccount.country': 'ISO 3166, two capital letters.',
    'newAccount.region': 'The business unit that looks after the customer.',
    acceptedAgreementAt: agreementField,
    select: 'Component names or PIDs to issue Activation Codes for. Absent: all. Empty: none.',
  },
};
