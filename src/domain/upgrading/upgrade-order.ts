import type { CalendarDate } from '#src/domain/calendar.ts';

/** An upgrade order, parsed: codes and term in canonical spelling, instants in UTC, defaults filled in (contract §1). */
export interface UpgradeOrder {
  readonly reseller: string;
  readonly orderNumber: string;
  readonly placedAt: string;
  readonly customer: {
    readonly account?: string | undefined;
    readonly company: string;
    readonly contact?: string | undefined;
    readonly email: string;
    readonly country?: string | undefined;
  };
  readonly suite: string;
  /** The total that the customer shall have. */
  readonly seats: number;
  /** Exactly one of `term` and `validThrough` is there. */
  readonly term?: string | undefined;
  readonly validThrough?: CalendarDate | undefined;
  readonly startsOn: CalendarDate;
  readonly keep: readonly string[];
  readonly allowFewerSeats: boolean;
  readonly register?: { readonly acceptedAgreementAt: string } | undefined;
}
