import type { z } from 'zod';

/** What a kind of message is to all code that serves every kind: none of it names one. */
export interface Kind<Content> {
  /** Programs outside rely on both names (contract §1). A changed message gets a new job name beside the old one. */
  readonly queue: string;
  readonly jobName: string;
  /** Where the API has them: `/upgrade-orders`. */
  readonly path: string;
  readonly schema: z.ZodType<Content>;
  /** As people call it: `upgrade order`. */
  readonly noun: string;
  /** What the sender's own number is called; null where the content is the identity, and the id stands for the number. */
  readonly numberField: 'orderNumber' | 'requestNumber' | null;
  /** What the same number with other content is called (rules §6). */
  readonly conflictCode: 'ORDER_CONFLICT' | 'REQUEST_CONFLICT';
  /** What a license's grants call it as their cause. The database knows the names, too (`license_grant_cause_known`). */
  readonly cause: string;
  /** Whether open messages of one account take effect in the order of their acceptance, across all kinds that say so. */
  readonly waitsForItsTurn: boolean;
  /** Whether an operator who sends one says which reseller it is for; otherwise an operator's has none. */
  readonly operatorNamesReseller: boolean;
  readonly identify: (content: Content) => Identity;
  readonly names: (content: Content) => Names;
  /** An instant that is bounded by the database's clock (rules §1, §8.4). */
  readonly bounded?: (content: Content) => BoundedInstant | undefined;
}

export interface BoundedInstant {
  readonly path: string;
  readonly instant: string;
  /** How many days ahead it may lie at most. */
  readonly daysAhead: number;
  /** Whether it may lie before today. */
  readonly mayBePast: boolean;
}

/** What makes two messages the same one (rules §6). */
export interface Identity {
  /** Null for an operator's own. */
  readonly reseller: string | null;
  /** The order or request number; absent where what identifies is the content. */
  readonly number?: string;
  /** The part of the content that is compared, where that is not all of it. */
  readonly compared?: unknown;
  /** The account that the message names first; the one that it waits for its turn on. */
  readonly account: string | null;
}

/** What deciding a message must lock and load. */
export interface Names {
  readonly accounts: readonly string[];
  readonly registrationKeys: readonly string[];
  readonly activationCodes: readonly string[];
  /** Suites by their codes, and products by name or PID, that the catalog must have. */
  readonly suites?: readonly string[];
  readonly products?: readonly string[];
  /** Whether it may move the accounts' Registration Keys: those that stand for another are needed, too, then. */
  readonly movesKeys?: boolean;
}

/** A list of what is there. */
export function present<T>(...things: readonly (T | undefined)[]): readonly T[] {
  return things.filter((thing) => thing !== undefined);
}
