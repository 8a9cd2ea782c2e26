import type { Catalog } from '#src/domain/catalog.ts';
import type { Meters } from '#src/fulfillment/meters.ts';
import type { Database } from '#src/persistence/database.ts';
import type { DueEndpoint } from '#src/persistence/deliveries.ts';

/** Where a test may stop or kill the program; the product does nothing there. */
export type Breakpoint =
  | 'before-claim'
  | 'after-locks'
  | 'before-commit'
  | 'after-commit'
  | 'after-settling'
  | 'storing-certificate'
  | 'between-accept-and-enqueue';

/** What every use case of fulfillment works with. */
export interface Fulfillment {
  readonly database: Database;
  readonly catalog: Catalog;
  /** Its place among the catalogs that processes have worked with; absent: unknown, and nothing is ever left to a newer one. */
  readonly catalogNumber?: string;
  /** Id of the stored component list by suite code. */
  readonly suiteSnapshots: ReadonlyMap<string, string>;
  /** Whether events are written with what is decided (contract §10). */
  readonly events: boolean;
  readonly at: (breakpoint: Breakpoint) => Promise<void> | void;
  /** Hears, after the commit, of what it left to be done. A word that is lost is made up for by the reconciler. */
  readonly announce: (owed: Owed) => void;
  readonly meters: Meters;
}

/** What a commit owes: rows that wait for others to do something with them. */
export interface Owed {
  /** Certificates without their PDF. */
  readonly certificates: readonly CertificateName[];
  /** Ids of mails that were written. */
  readonly mails: readonly string[];
  /** Webhook endpoints that something waits for, with the newest of it. */
  readonly deliveries: readonly DueEndpoint[];
}

export const nothingOwed: Owed = { certificates: [], mails: [], deliveries: [] };

export interface CertificateName {
  readonly number: string;
  readonly version: number;
}
