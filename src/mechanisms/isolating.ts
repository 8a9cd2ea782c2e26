/** An item of which nothing happened, for a reason that may pass: it is to be tried again. */
export interface Failed {
  readonly outcome: 'failed';
  readonly error: unknown;
}

export interface Isolation<Item, Alone> {
  /** Whether the same work may succeed later without anybody mending anything. */
  readonly isTransient: (error: unknown) => boolean;
  /** What becomes of an item that breaks the work by itself. */
  readonly broken: (item: Item, error: unknown) => Promise<Alone> | Alone;
}

/**
 * Runs the work on all items together. When that breaks, it is run item by item, so that one that breaks it costs the others nothing.
 * @returns results in the order of the items
 * @throws what is transient; then all of it may be tried again
 */
export async function isolating<Item, Result, Alone>(
  items: readonly Item[],
  work: (items: readonly Item[]) => Promise<readonly Result[]>,
  isolation: Isolation<Item, Alone>,
): Promise<readonly (Result | Alone | Failed)[]> {
  try {
    return await work(items);
  } catch (error) {
    if (isolation.isTransient(error)) throw error;
    const [only, ...others] = items;
    if (only !== undefined && others.length === 0) return [await isolation.broken(only, error)];
  }
  const results: (Result | Alone | Failed)[] = [];
  for (const item of items) {
    try {
      results.push(...(await isolating([item], work, isolation)));
    } catch (error) {
      results.push({ outcome: 'failed', error });
    }
  }
  return results;
}
