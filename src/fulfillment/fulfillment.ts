import type { Catalog } from '#src/domain/catalog.ts';
import type { Database } from '#src/persistence/database.ts';

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
  /** Id of the stored component list by suite code. */
  readonly suiteSnapshots: ReadonlyMap<string, string>;
  readonly at: (breakpoint: Breakpoint) => Promise<void> | void;
  /** Hears, after the commit, of certificates that wait to be rendered. A word that is lost is made up for by the reconciler. */
  readonly announce: (certificates: readonly CertificateName[]) => void;
}

export interface CertificateName {
  readonly number: string;
  readonly version: number;
}
