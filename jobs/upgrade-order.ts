import { z } from 'zod';
import * as field from '#jobs/fields.ts';
import { present, type Kind } from '#jobs/kind.ts';
import type { UpgradeOrder } from '#src/domain/upgrading/upgrade-order.ts';

/** `upgrade-order.v1`: what a reseller says to sell a customer an upgrade to a suite (contract §1). */
export const upgradeOrderV1 = z
  .strictObject({
    reseller: field.resellerName,
    orderNumber: field.referenceNumber,
    placedAt: field.instant,
    customer: z.strictObject({
      account: field.accountId.optional(),
      company: field.line(200),
      contact: field.line(200).optional(),
      email: field.email,
      country: field.country.optional(),
    }),
    suite: field.name(64),
    seats: field.seats,
    term: field.term.optional(),
    validThrough: field.endDate.optional(),
    startsOn: field.startDate.optional(),
    keep: field.list(field.activationCode).optional(),
    allowFewerSeats: z.boolean().optional(),
    register: z.strictObject({ acceptedAgreementAt: field.agreementAcceptance }).optional(),
  })
  .refine(({ term, validThrough }) => (term === undefined) !== (validThrough === undefined), {
    when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value),
    path: ['term'],
    message: 'name exactly one of "term" and "validThrough"',
  })
  .refine(
    ({ startsOn, validThrough }) =>
      startsOn === undefined || validThrough === undefined || startsOn <= validThrough,
    {
      when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value),
      path: ['validThrough'],
      message: 'must not be before "startsOn"',
    },
  )
  .refine(({ register, customer }) => register === undefined || customer?.account !== undefined, {
    when: ({ value }) => typeof value === 'object' && value !== null,
    path: ['customer', 'account'],
    message: 'is needed to register at once: "register" needs the account that the key is registered to',
  })
  .transform(({ startsOn, keep, allowFewerSeats, ...order }): UpgradeOrder => ({
    ...order,
    startsOn: startsOn ?? order.placedAt.slice(0, 10),
    keep: [...new Set(keep ?? [])].sort(),
    allowFewerSeats: allowFewerSeats ?? false,
  }));

export const upgradeOrder = {
  queue: 'upgrade-orders',
  path: '/upgrade-orders',
  jobName: 'upgrade-order.v1',
  schema: upgradeOrderV1,
  noun: 'upgrade order',
  numberField: 'orderNumber',
  conflictCode: 'ORDER_CONFLICT',
  cause: 'order',
  waitsForItsTurn: true,
  operatorNamesReseller: true,
  identify: ({ reseller, orderNumber, customer }: UpgradeOrder) => ({
    reseller,
    number: orderNumber,
    account: customer.account ?? null,
  }),
  names: ({ customer, keep, suite }) => ({
    accounts: present(customer.account),
    registrationKeys: [],
    activationCodes: keep,
    suites: [suite],
  }),
  bounded: ({ placedAt }) => ({ path: 'placedAt', instant: placedAt, daysAhead: 1, mayBePast: true }),
} as const satisfies Kind<UpgradeOrder>;
