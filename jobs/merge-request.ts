import { z } from 'zod';
import * as field from '#jobs/fields.ts';
import type { Kind } from '#jobs/kind.ts';
import type { MergeRequest } from '#src/domain/merging/merge-request.ts';

const head = {
  /** Absent when an operator asks. */
  reseller: field.resellerName.optional(),
  requestNumber: field.referenceNumber,
  requestedAt: field.instant,
};

/** `merge-request.v1`: two accounts' licenses of a service, or several of one account on premises (contract §1). */
export const mergeRequestV1 = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      ...head,
      kind: z.literal('service'),
      product: field.name(200),
      into: field.accountId,
      from: field.accountId,
    }),
    z
      .strictObject({
        ...head,
        kind: z.literal('on-premises'),
        account: field.accountId,
        retain: field.activationCode,
        merge: field
          .list(field.activationCode)
          .min(1, 'must name at least one Activation Code, or be absent')
          .refine((codes) => new Set(codes).size === codes.length, 'names an Activation Code twice')
          .optional(),
      })
      .transform(({ merge, ...request }) => ({ ...request, ...(merge && { merge: [...merge].sort() }) })),
  ],
  { error: 'must be "service" or "on-premises"' },
) satisfies z.ZodType<MergeRequest>;

export const mergeRequest = {
  queue: 'merge-requests',
  path: '/merge-requests',
  jobName: 'merge-request.v1',
  schema: mergeRequestV1,
  noun: 'merge request',
  numberField: 'requestNumber',
  conflictCode: 'REQUEST_CONFLICT',
  cause: 'merge',
  waitsForItsTurn: false,
  operatorNamesReseller: false,
  identify: (content: MergeRequest) => ({
    reseller: content.reseller ?? null,
    number: content.requestNumber,
    account: content.kind === 'service' ? content.into : content.account,
  }),
  names: (content) =>
    content.kind === 'service'
      ? {
          accounts: [content.into, content.from],
          registrationKeys: [],
          activationCodes: [],
          products: [content.product],
          movesKeys: true,
        }
      : {
          accounts: [content.account],
          registrationKeys: [],
          activationCodes: [content.retain, ...(content.merge ?? [])],
        },
} as const satisfies Kind<MergeRequest>;
