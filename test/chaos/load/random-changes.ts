import type { ChangeKind } from '#src/domain/lifecycle/change-request.ts';
import type { Random } from '#test/chaos/random.ts';
import { day } from '#test/fulfillment/messages-by-hand.ts';

/** What change requests can name: what there is, was, or never will be. */
export interface ChangeTargets {
  readonly orders: readonly string[];
  readonly registrationKeys: readonly string[];
  readonly activationCodes: readonly string[];
  readonly merges: readonly { readonly requestNumber: string; readonly reseller: string | null }[];
  readonly changes: readonly string[];
}

/** A change request of the kind, by the reseller; an undone merge by who asked for the merge, or an operator. */
export function randomChange(
  { requestNumber, reseller }: { readonly requestNumber: string; readonly reseller: string },
  kind: ChangeKind,
  targets: ChangeTargets,
  random: Random,
): object {
  return {
    requestNumber,
    requestedAt: '2026-01-02T03:04:05Z',
    kind,
    ...(kind !== 'undo-merge' && { reseller }),
    ...fieldsOf(kind, targets, random),
  };
}

function fieldsOf(kind: ChangeKind, targets: ChangeTargets, random: Random): object {
  switch (kind) {
    case 'seats':
      return {
        ...targetOf(targets, random),
        seats: random.between(1, 400),
        allowFewerSeats: random.chance(0.7),
      };
    case 'renewal':
      return {
        ...targetOf(targets, random),
        ...(random.chance(0.7) ? { term: random.pick(['P1M', 'P1Y']) } : { validThrough: day(900) }),
        ...(random.chance(0.3) && { seats: random.between(1, 400), allowFewerSeats: true }),
      };
    case 'cancellation':
      return {
        ...targetOf(targets, random),
        ...(random.chance(0.7) && { endsOn: day(random.between(0, 60)) }),
      };
    case 'suspension':
    case 'resumption':
      return { ...targetOf(targets, random), because: 'payment' };
    case 'code-replacement':
      return {
        ...targetOf(targets, random),
        because: 'leaked',
        ...(random.chance(0.3) && { oldCodeUntil: day(random.between(0, 20)) }),
      };
    case 'return':
      return random.chance(0.5)
        ? { order: random.pick(targets.orders) }
        : { change: random.pick(targets.changes) };
    case 'undo-merge': {
      const { requestNumber: mergeRequest, reseller } = random.pick(targets.merges);
      if (reseller === null) return { mergeRequest };
      return { mergeRequest, ...(random.chance(0.5) ? { reseller } : { of: reseller }) };
    }
  }
}

function targetOf({ orders, registrationKeys, activationCodes }: ChangeTargets, random: Random): object {
  const dice = random.next();
  if (dice < 0.5) return { order: random.pick(orders) };
  return dice < 0.7
    ? { registrationKey: random.pick(registrationKeys) }
    : { activationCode: random.pick(activationCodes) };
}
