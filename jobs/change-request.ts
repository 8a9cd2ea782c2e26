import { z } from 'zod';
import * as field from '#jobs/fields.ts';
import type { Kind } from '#jobs/kind.ts';
import type { ChangeRequest } from '#src/domain/lifecycle/change-request.ts';

const head = {
  /** Absent when an operator asks. */
  reseller: field.resellerName.optional(),
  /** Whose order, change or merge request an operator names. */
  of: field.resellerName.optional(),
  requestNumber: field.referenceNumber,
  requestedAt: field.instant,
};

const target = {
  order: field.referenceNumber.optional(),
  registrationKey: field.registrationKey.optional(),
  activationCode: field.activationCode.optional(),
};

const because = field.line(500);

const whose = {
  when: isObject,
  path: ['of'],
  message: 'is missing: an order is named together with its reseller',
};

/** `change-request.v1`: what shall become of something that was fulfilled before (contract §7). */
const changeRequestV1 = z.discriminatedUnion(
  'kind',
  [
    targeted('seats', { seats: field.seats, allowFewerSeats: z.boolean().optional() }).transform(
      ({ allowFewerSeats, ...request }) => ({ ...request, allowFewerSeats: allowFewerSeats ?? false }),
    ),
    targeted('renewal', {
      term: field.term.optional(),
      validThrough: field.endDate.optional(),
      seats: field.seats.optional(),
      allowFewerSeats: z.boolean().optional(),
    })
      .refine(({ term, validThrough }) => (term === undefined) !== (validThrough === undefined), {
        when: isObject,
        path: ['term'],
        message: 'name exactly one of "term" and "validThrough"',
      })
      .transform(({ allowFewerSeats, ...request }) => ({
        ...request,
        allowFewerSeats: allowFewerSeats ?? false,
      })),
    targeted('cancellation', { endsOn: field.endDate.optional() }),
    targeted('suspension', { because }),
    targeted('resumption', { because }),
    targeted('code-replacement', { because, oldCodeUntil: field.endDate.optional() }),
    z
      .strictObject({
        ...head,
        kind: z.literal('return'),
        order: field.referenceNumber.optional(),
        change: field.referenceNumber.optional(),
      })
      .refine(({ order, change }) => (order === undefined) !== (change === undefined), {
        when: isObject,
        path: ['order'],
        message: 'name exactly one of "order" and "change"',
      })
      .refine(saysWhose, whose)
      .refine(isOperators, operators('of')),
    z
      .strictObject({
        ...head,
        kind: z.literal('undo-merge'),
        mergeRequest: field.referenceNumber,
        despiteLater: z.boolean().optional(),
      })
      .refine(isOperators, operators('of'))
      .refine(({ reseller, despiteLater }) => reseller === undefined || despiteLater !== true, {
        ...operators('despiteLater'),
      })
      .transform(({ despiteLater, ...request }) => ({ ...request, despiteLater: despiteLater ?? false })),
  ],
  {
    error:
      'must be "seats", "renewal", "cancellation", "return", "undo-merge", "suspension", "resumption" or "code-replacement"',
  },
) satisfies z.ZodType<ChangeRequest>;

/** A kind that is about an order's key, a Registration Key or an Activation Code. */
function targeted<Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) {
  return z
    .strictObject({ ...head, kind: z.literal(kind), ...target, ...shape })
    .refine((request) => targetsOf(request) === 1, {
      when: isObject,
      path: ['order'],
      message: 'name exactly one of "order", "registrationKey" and "activationCode"',
    })
    .refine(saysWhose, whose)
    .refine(isOperators, operators('of'));
}

function targetsOf(request: object): number {
  return ['order', 'registrationKey', 'activationCode'].filter(
    (name) => Reflect.get(request, name) !== undefined,
  ).length;
}

/** Order numbers are a reseller's: an operator says whose. */
function saysWhose(request: object): boolean {
  const named = (name: string) => Reflect.get(request, name) !== undefined;
  return !named('order') || named('reseller') || named('of');
}

function isOperators(request: object): boolean {
  return Reflect.get(request, 'reseller') === undefined || Reflect.get(request, 'of') === undefined;
}

function operators(name: string) {
  return {
    when: isObject,
    path: [name],
    message: `is not a field of a reseller's request: "${name}" is for operators`,
  };
}

function isObject({ value }: { readonly value: unknown }): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const changeRequest = {
  queue: 'change-requests',
  path: '/change-requests',
  jobName: 'change-request.v1',
  schema: changeRequestV1,
  noun: 'change request',
  numberField: 'requestNumber',
  conflictCode: 'REQUEST_CONFLICT',
  cause: 'change',
  waitsForItsTurn: false,
  operatorNamesReseller: false,
  identify: (content: ChangeRequest) => ({
    reseller: content.reseller ?? null,
    number: content.requestNumber,
    account: null,
  }),
  bounded: (content) =>
    content.kind === 'code-replacement' && content.oldCodeUntil !== undefined
      ? {
          path: 'oldCodeUntil',
          instant: `${content.oldCodeUntil}T00:00:00Z`,
          daysAhead: 30,
          mayBePast: false,
        }
      : undefined,
  // What it is about is found out when it is decided: see `reach` of the batch.
  names: () => ({ accounts: [], registrationKeys: [], activationCodes: [] }),
} as const satisfies Kind<ChangeRequest>;
