/** The keys that the type names. TypeScript says `string`, since an object may have more than its type: ours have not. */
export function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): readonly Key[] {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- see above
  return Object.keys(record) as Key[];
}

/** A record with an entry for each key. */
export function recordOf<Key extends string, Value>(
  keys: readonly Key[],
  valueOf: (key: Key) => Value,
): Record<Key, Value> {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- fromEntries forgets which keys there were
  return Object.fromEntries(keys.map((key) => [key, valueOf(key)])) as Record<Key, Value>;
}
