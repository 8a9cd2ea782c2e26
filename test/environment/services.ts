/** The servers that a test run uses, and how to give them back. */
export interface Services {
  /** One line for people: which servers, and why these. */
  readonly told: string;
  /** A superuser's URL of a server on which databases may be made and dropped. */
  readonly adminUrl: string;
  readonly redisUrl: string | null;
  /** Why there is no Redis; null when there is. */
  readonly redisAbsence: string | null;
  readonly stop: () => Promise<void>;
}

/** Nothing in a test outlives the run: the server may trade safety for speed, unlike the product's own. */
export const testServerSettings = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=300',
];
