/** Deeper nesting would exhaust the stacks of whoever reads it, PostgreSQL's included; no message that can be accepted comes near it. */
const deepest = 200;

/**
 * The value as PostgreSQL can keep it and RFC 8785 can write it: NUL and halves of surrogate pairs become the escapes that JSON writes
 * them with, as text; infinite numbers their names; what is nested too deeply a sentence. Everything else stays as it is. Doing it again
 * changes nothing.
 */
export function storable(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return storableText(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === deepest) return `nested deeper than ${deepest} levels`;
  if (Array.isArray(value)) return value.map((element) => storable(element, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [storableText(key), storable(inner, depth + 1)]),
  );
}

export function storableText(text: string): string {
  return text.replaceAll(/\0|\p{Surrogate}/gu, (character) => JSON.stringify(character).slice(1, -1));
}
