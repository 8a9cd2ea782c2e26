import { maskCodesInValue } from '#src/domain/masked-codes.ts';

/**
 * A value that was shown masked and came back corrected, with every masked text that was left as it was shown turned into what it stood
 * for: at its own place, or, when lists or fields were moved, wherever the value holds one text alone that is shown so.
 */
export function unmasked(corrected: unknown, original: unknown): unknown {
  const shown = maskCodesInValue(original);
  const known = new Map<string, Set<string>>();
  collect(shown, original, known);
  return restored(corrected, shown, original, known);
}

function collect(shown: unknown, original: unknown, known: Map<string, Set<string>>): void {
  if (typeof shown === 'string' && typeof original === 'string') {
    if (shown === original) return;
    const all = known.get(shown) ?? new Set();
    known.set(shown, all.add(original));
    return;
  }
  const originals = new Map(fieldsOf(original));
  for (const [name, inner] of fieldsOf(shown)) collect(inner, originals.get(name), known);
}

function restored(
  corrected: unknown,
  shown: unknown,
  original: unknown,
  known: ReadonlyMap<string, ReadonlySet<string>>,
): unknown {
  if (typeof corrected === 'string') {
    // What was too deep or too large to be shown stands as a sentence; left alone, it is what it was.
    if (corrected === shown && typeof original === 'object' && original !== null) return original;
    if (corrected === shown && typeof original === 'string') return original;
    const [only, ...others] = known.get(corrected) ?? [];
    return only !== undefined && others.length === 0 ? only : corrected;
  }
  if (typeof corrected !== 'object' || corrected === null) return corrected;
  const shownFields = new Map(fieldsOf(shown));
  const originalFields = new Map(fieldsOf(original));
  const inner = (name: string, value: unknown) =>
    restored(value, shownFields.get(name), originalFields.get(name), known);
  if (Array.isArray(corrected)) return corrected.map((value, i) => inner(String(i), value));
  return Object.fromEntries(Object.entries(corrected).map(([name, value]) => [name, inner(name, value)]));
}

function fieldsOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
