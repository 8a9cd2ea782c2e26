/** Years of days. */
const manyDays = 4096;

/**
 * A pure function of a text that remembers its results: orders of one day name few dates, and calendar arithmetic is slow.
 * @param most results that are remembered; when there are more, it begins anew
 */
export function remembering<Result>(
  compute: (text: string) => Result,
  most = manyDays,
): (text: string) => Result {
  const results = new Map<string, Result>();
  return (text) => {
    const known = results.get(text);
    if (known !== undefined) return known;
    const result = compute(text);
    if (results.size >= most) results.clear();
    results.set(text, result);
    return result;
  };
}
