import { kinds, messageKinds } from '#jobs/kinds.ts';
import { describeDates, exemplifyPaths } from '#src/http/documents/described-parts.ts';
import { resources } from '#src/http/messages/kinds.ts';

type Node = Record<string, unknown>;

/**
 * The document as we publish it: component schemas that nothing refers to are left out, an input schema has its plain name, and the
 * bodies of messages say of each field what it means.
 */
export function describedDocument<Document extends object>(document: Document): Document {
  const components = child(child(document, 'components'), 'schemas');
  for (const { name, fields, example } of messageKinds.map((kind) => resources[kind])) {
    const schema = components[`${name}Input`];
    if (!isNode(schema)) continue;
    schema['examples'] = [example];
    for (const variant of variantsOf(schema)) {
      for (const [path, description] of Object.entries(fields))
        describe(variant, path.split('.'), description);
      // Over HTTP the API key says who the reseller is.
      drop(variant, 'reseller');
    }
  }
  const used = usedNames(document, components);
  for (const name of Object.keys(components)) if (!used.has(name)) delete components[name];
  const renamed = new Map(
    Object.keys(components).flatMap((name) => {
      const plain = name.replace(/Input$/, '');
      return plain !== name && !(plain in components) ? [[name, plain] as const] : [];
    }),
  );
  for (const [name, plain] of renamed) {
    components[plain] = components[name];
    delete components[name];
  }
  redirect(document, renamed);
  describeDates(document);
  exemplifyPaths(document);
  exemplifyForOperators(document);
  return document;
}

/** An operator's order needs a reseller, which that of an API key has not to name. */
function exemplifyForOperators(document: object): void {
  for (const kind of messageKinds) {
    const { example, name } = resources[kind];
    const { path, operatorNamesReseller } = kinds[kind];
    if (!operatorNamesReseller) continue;
    const post = child(child(child(document, 'paths'), `/v1${path}`), 'post');
    const json = child(child(child(post, 'requestBody'), 'content'), 'application/json');
    if (!('schema' in json)) throw new Error(`The document has no body for ${name}.`);
    json['examples'] = {
      reseller: { summary: 'With the API key of a reseller', value: example },
      operator: {
        summary: 'With that of an operator, who names the reseller',
        value: { reseller: 'northwind', ...example },
      },
    };
  }
}

const prefix = '#/components/schemas/';

function describe(schema: Node, [name = '', ...rest]: readonly string[], description: string): void {
  const property = child(schema, 'properties')[name];
  if (!isNode(property)) return;
  if (rest.length > 0) describe(property, rest, description);
  // A field that says more than its JSON schema can (an instant, an acceptance) is a text.
  else Object.assign(property, { ...('type' in property ? {} : { type: 'string' }), description });
}

function drop(schema: Node, name: string): void {
  const { required } = schema;
  if (Array.isArray(required)) schema['required'] = required.filter((one) => one !== name);
}

function variantsOf(schema: Node): readonly Node[] {
  const { oneOf, anyOf } = schema;
  const variants = [oneOf, anyOf].filter(Array.isArray).flat();
  return [schema, ...variants.filter(isNode)];
}

/** Names of the components that the paths refer to, directly or through others. */
function usedNames(document: object, components: Node): ReadonlySet<string> {
  const used = new Set<string>();
  const visit = (value: unknown) => {
    for (const name of referencesIn(value)) {
      if (used.has(name)) continue;
      used.add(name);
      visit(components[name]);
    }
  };
  visit(child(document, 'paths'));
  return used;
}

function referencesIn(value: unknown): readonly string[] {
  if (!isNode(value)) return [];
  const { $ref } = value;
  const own = typeof $ref === 'string' && $ref.startsWith(prefix) ? [$ref.slice(prefix.length)] : [];
  return [...own, ...Object.values(value).flatMap(referencesIn)];
}

function redirect(value: unknown, renamed: ReadonlyMap<string, string>): void {
  if (!isNode(value)) return;
  const { $ref } = value;
  const to = typeof $ref === 'string' ? renamed.get($ref.slice(prefix.length)) : undefined;
  if (to !== undefined) value['$ref'] = prefix + to;
  for (const inner of Object.values(value)) redirect(inner, renamed);
}

function child(parent: object, name: string): Node {
  const inner: unknown = Reflect.get(parent, name);
  return isNode(inner) ? inner : {};
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}
