/** Entries of one memory at most: years of days; when it is full, it begins anew. */
const mostRemembered = 4096;

/** A pure function of a text that remembers its results: orders of one day name few dates, and calendar arithmetic is slow. */
export function remembering<Result>(compute: (text: string) => Result): (text: string) => Result {
  const results = new Map<string, Result>();
  return (text) => {
    const known = results.get(text);
    if (known !== undefined) return known;
    const result = compute(text);
    if (results.size >= mostRemembered) results.clear();
    results.set(text, result);
    return result;
  };
}
