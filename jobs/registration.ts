import { z } from 'zod';
import * as field from '#jobs/fields.ts';
import { present, type Kind } from '#jobs/kind.ts';
import type { Registration } from '#src/domain/upgrading/registration.ts';

/** `registration.v1`: what the customer does with a Registration Key in the portal, as a message (contract §1). */
export const registrationV1 = z
  .strictObject({
    reseller: field.resellerName,
    registrationKey: field.registrationKey,
    account: field.accountId.optional(),
    newAccount: z
      .strictObject({
        id: field.accountId,
        company: field.line(200),
        contact: field.line(200).optional(),
        email: field.email,
        country: field.country,
        region: field.region,
      })
      .optional(),
    acceptedAgreementAt: field.agreementAcceptance,
    select: field.list(field.name(200)).optional(),
  })
  .refine(({ account, newAccount }) => (account === undefined) !== (newAccount === undefined), {
    when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value),
    path: ['account'],
    message: 'name exactly one of "account" and "newAccount"',
  })
  .transform(({ select, ...registration }): Registration => ({
    ...registration,
    ...(select && { select: [...new Set(select)].sort() }),
  }));

/** A registration has no number: what it says, the acceptance of the agreement aside, is its identity, and never conflicts. */
export const registration = {
  queue: 'registrations',
  path: '/registrations',
  jobName: 'registration.v1',
  schema: registrationV1,
  noun: 'registration',
  numberField: null,
  conflictCode: 'ORDER_CONFLICT',
  cause: 'registration',
  waitsForItsTurn: false,
  operatorNamesReseller: true,
  identify(content: Registration) {
    const { acceptedAgreementAt: _, ...compared } = content;
    const account = content.account ?? content.newAccount?.id ?? null;
    return { reseller: content.reseller, compared, account };
  },
  names: ({ account, newAccount, registrationKey }) => ({
    accounts: present(account ?? newAccount?.id),
    registrationKeys: [registrationKey],
    activationCodes: [],
  }),
} as const satisfies Kind<Registration>;
