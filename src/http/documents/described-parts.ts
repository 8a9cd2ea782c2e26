type Node = Record<string, unknown>;

/** Fields whose JSON schema is a text, and whose names say what kind of one. */
const formats = [
  { names: /(?:At|After)$/, format: 'date-time', example: '2026-11-20T09:30:00Z' },
  { names: /(?:On|Through)$|^oldCodeUntil$/, format: 'date', example: '2027-11-30' },
] as const;

/** Says the format of every date and instant, wherever a field or a parameter of the name stands. */
export function describeDates(document: unknown): void {
  const pending: unknown[] = [document];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (!isNode(node)) continue;
    pending.push(...Object.values(node));
    for (const [name, schema] of Object.entries(isNode(node['properties']) ? node['properties'] : {}))
      describeDate(name, schema);
    if (typeof node['name'] === 'string' && 'in' in node) describeDate(node['name'], node['schema']);
  }
}

function describeDate(name: string, schema: unknown): void {
  const found = formats.find(({ names }) => names.test(name));
  if (!found || !isNode(schema) || schema['type'] !== 'string') return;
  schema['format'] ??= found.format;
  schema['examples'] ??= [found.example];
}

/** What a client is generated from calls the operation: `getUpgradeOrdersByIdEvents`. */
export function operationId(method: string, url: string): string {
  const words = url.split('/').flatMap((part) => (part === 'v1' || part === '' ? [] : [wordOf(part)]));
  return method.toLowerCase() + words.join('');
}

function wordOf(part: string): string {
  const name = part.startsWith(':') ? `by-${part.slice(1)}` : part;
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** Parameters of a path that have no example of their own. */
const pathExamples: Readonly<Record<string, string>> = { id: '0199c0de-0000-7000-8000-000000000001' };

/** So that a call can be tried out from the page as it stands. Parameters that may be absent stay so. */
export function exemplifyPaths(document: unknown): void {
  const pending: unknown[] = [document];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (!isNode(node)) continue;
    pending.push(...Object.values(node));
    const example = node['in'] === 'path' ? pathExamples[String(node['name'])] : undefined;
    if (example !== undefined) node['example'] ??= example;
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}
