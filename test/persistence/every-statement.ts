import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'rolldown/parseAst';
import { z } from 'zod';

/**
 * Prints every statement of the product's source as JSON, `[{ "place": "file:line", "sql": "…" }]`: the SQL of each call of
 * `statement`, evaluated in its own module. Run by Node itself, whose loader lets a module be read with its statements added.
 */

/** As `createConditions` says them. */
const where = (...conditions: readonly string[]) => ({ sql: `where ${conditions.join(' and ')}` });

/** What a statement's text is put together from inside a function: the values that it can have, by file and name. */
type Constants = Readonly<Record<string, unknown>>;
const locals: Readonly<Record<string, (constants: Constants) => readonly unknown[]>> = {
  'ledger-changes.ts sql': (constants) =>
    Object.values(constants).flatMap((value) => {
      const written = z.object({ sql: z.string(), source: z.object({ sql: z.string() }) }).safeParse(value);
      return written.success ? [written.data.sql] : [];
    }),
  'issued-products.ts name': () => [{ id: '' }, { code: '' }],
  'locks.ts codes': () => [[], ['code']],
  'event-feed.ts whose': () => ['$3::text is null', 'reseller = $3::text'],
  'neighbours.ts owned': () => ['reseller is null and $1::text is null', 'reseller = $1'],
  'ledger.ts codes': () => [[], ['code']],
  'ledger.ts start': () => ['id = any($1::uuid[])', 'activation_code = any($1::text[])'],
  // Each with four parameters; the fifth is the limit.
  'outcomes.ts conditions': () => [
    ['message.kind = $1', 'message.reseller = $2', 'message.id = any($3::uuid[])', 'message.number = $4'],
    [
      'message.reseller is not distinct from $1::text',
      "message.status = 'held'",
      'message.account = $2',
      "date_trunc('milliseconds', message.accepted_at) > $3::timestamptz",
      'message.accepted_number > $4::bigint',
    ],
  ],
  'webhook-endpoints.ts hold': () => ['', 'for update'],
  'audit.ts conditions': () => [
    where('actor = $1', 'action = $2', 'subject = $3', 'account = $4', 'id >= $5::uuid', 'id < $6::uuid'),
  ],
  'audit.ts order': () => ['', 'action desc, '],
  'audit.ts most': () => ['$7'],
  'mail-list.ts conditions': () => [
    where(
      'lower(recipient) = lower($1)',
      "status = 'failed'",
      'created_at > $2::timestamptz',
      'id > $3::uuid',
      'id < $4::uuid',
    ),
  ],
  'mail-list.ts most': () => ['$5'],
  'mail-list.ts order': () => ['id asc', 'lower(recipient) desc, id desc'],
  'desk-holds.ts conditions': () => [['hold.code = $2', '(hold.code, hold.id) > ($3, $4::uuid)']],
  'rejected-messages.ts conditions': () => [
    ['replayed_at is null and set_aside_at is null'],
    ['(last_at, id) < (select seen.last_at, seen.id from rejected_message as seen where seen.id = $2::uuid)'],
  ],
  'message-list.ts along': () => [
    `where account = $1 and accepted_number <= 1 + (select accepted_number from message as last
       where last.id < $2::uuid order by last.id desc limit 1)`,
    `where reason is not null and reason->>'code' = $1 and id < $2::uuid`,
  ],
  'message-list.ts order': () => ['id', 'accepted_number'],
  'message-list.ts fits': () => [['reseller = $3', "kind = 'registration'", 'id >= $4::uuid']],
  'message-list.ts limit': () => [50],
  'message-list.ts parameter': () => [() => '$5'],
  'deliveries.ts isAsked': () => ['', "and state = 'pending'", "and state = 'failed'"],
  'outcomes.ts parameters': () => [[1, 2, 3, 4, 5]],
};

interface Found {
  readonly place: string;
  readonly names: readonly string[];
  readonly text: (...values: readonly unknown[]) => string;
  readonly constants: () => Constants;
}

const found: Found[] = [];
Object.assign(globalThis, { chanceryStatement: (one: Found) => found.push(one) });

const root = new URL('../../', import.meta.url);
const node = z.looseObject({ type: z.string(), start: z.int(), end: z.int() });
type Node = z.infer<typeof node>;

registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith(root.href) || url.includes('/node_modules/') || !url.endsWith('.ts'))
      return nextLoad(url, context);
    const source = stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'));
    const shown = source.includes('/persistence/database.ts') ? source + telling(url, source) : source;
    return { format: 'module', source: shown, shortCircuit: true };
  },
});

/** Code that tells the statements of a module; nothing when it has none. */
function telling(url: string, source: string): string {
  const program = node.parse(parseAst(source));
  const imported = childrenOf(program).flatMap((one) => (one.type === 'ImportDeclaration' ? [one] : []));
  const database = imported.find((one) =>
    source.slice(one.start, one.end).includes('/persistence/database.ts'),
  );
  if (!database || !/\bstatement\b/.test(source.slice(database.start, database.end))) return '';
  const outer = new Set(childrenOf(program).flatMap(declaredBy));
  const constants = childrenOf(program).flatMap((one) =>
    one.type === 'VariableDeclaration' ? declaredBy(one) : [],
  );
  return descendants(program)
    .flatMap((call) => {
      const text = callOfStatement(call);
      if (!text) return [];
      const names = [...new Set(identifiers(text))].filter((name) => !outer.has(name));
      const line = source.slice(0, call.start).split('\n').length;
      const place = `${fileURLToPath(url).slice(fileURLToPath(root).length)}:${line}`;
      return [
        `\nglobalThis.chanceryStatement({ place: ${JSON.stringify(place)}, names: ${JSON.stringify(names)},
          text: (${names.join(', ')}) => (${source.slice(text.start, text.end)}),
          constants: () => ({ ${constants.join(', ')} }) });`,
      ];
    })
    .join('');
}

/** The second argument, when this is a call of `statement`. */
function callOfStatement(one: Node): Node | undefined {
  const call = z
    .object({
      type: z.literal('CallExpression'),
      callee: z.looseObject({ name: z.literal('statement') }),
      arguments: z.array(node),
    })
    .safeParse(one);
  return call.success ? call.data.arguments[1] : undefined;
}

/** Names that an expression reads. */
function identifiers(one: Node): readonly string[] {
  if (one.type === 'Identifier') return [z.string().parse(one['name'])];
  if (one.type === 'MemberExpression') return identifiers(node.parse(one['object']));
  if (one.type === 'ArrowFunctionExpression') {
    const own = new Set(z.array(node).parse(one['params']).flatMap(identifiers));
    return identifiers(node.parse(one['body'])).filter((name) => !own.has(name));
  }
  return childrenOf(one).flatMap(identifiers);
}

function declaredBy(one: Node): readonly string[] {
  if (one.type === 'ExportNamedDeclaration') return childrenOf(one).flatMap(declaredBy);
  if (one.type === 'ImportDeclaration')
    return childrenOf(one).flatMap(({ local }) => (local ? identifiers(node.parse(local)) : []));
  if (one.type === 'VariableDeclaration')
    return childrenOf(one).flatMap(({ id }) => identifiers(node.parse(id)));
  const named = z.looseObject({ id: node }).safeParse(one);
  return named.success ? identifiers(named.data.id) : [];
}

function descendants(one: Node): readonly Node[] {
  return childrenOf(one).flatMap((child) => [child, ...descendants(child)]);
}

function childrenOf(one: Node): readonly Node[] {
  return Object.values(one).flatMap((value) =>
    (Array.isArray(value) ? value : [value]).flatMap((item) => {
      const child = node.safeParse(item);
      return child.success ? [child.data] : [];
    }),
  );
}

for (const folder of ['src', 'workers']) {
  const names = await readdir(new URL(folder, root), { recursive: true });
  for (const name of names) {
    if (
      !name.endsWith('.ts') ||
      !readFileSync(new URL(`${folder}/${name}`, root), 'utf8').includes('statement')
    )
      continue;
    await import(new URL(`${folder}/${name}`, root).href);
  }
}

const statements = found.flatMap(({ place, names, text, constants }) => {
  const choices = names.map((name) => {
    const key = `${basename(place).replace(/:\d+$/, '')} ${name}`;
    const values = locals[key];
    if (!values)
      throw new Error(
        `${place} uses "${name}", whose values every-statement.ts does not know: add "${key}".`,
      );
    return values(constants());
  });
  const combinations = choices.reduce<readonly (readonly unknown[])[]>(
    (sofar, values) => sofar.flatMap((some) => values.map((value) => [...some, value])),
    [[]],
  );
  return combinations.map((values) => ({ place, sql: text(...values) }));
});
process.stdout.write(JSON.stringify(statements));
