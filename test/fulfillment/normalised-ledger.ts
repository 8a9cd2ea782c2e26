import type { Ledger } from '#test/fulfillment/open-ledger.ts';

/** What the ledger says, comparable between databases: random codes, ids, drawn numbers and instants are named or left out. */
export type NormalisedLedger = Readonly<Record<string, readonly unknown[]>>;

/**
 * Reads the whole ledger. A Registration Key is named after the order that it was issued for, an issued Activation Code after its
 * message and product, a certificate after the message of its first version; imported codes stay as they are.
 */
export async function normalisedLedger(ledger: Ledger): Promise<NormalisedLedger> {
  const names = await namesOf(ledger);
  const tables: [string, readonly unknown[]][] = [];
  for (const [table, sql] of Object.entries(contents)) {
    const rows = (await ledger.query<{ readonly row: unknown }>(sql)).map(({ row }) =>
      named(JSON.stringify(row), names),
    );
    tables.push([
      table,
      rows
        .map(inOneOrder)
        .sort()
        .map((row): unknown => JSON.parse(row)),
    ]);
  }
  return Object.fromEntries(tables);
}

/** Keys in a list as they are named, whatever their ids. */
const keysIn = (ids: string) =>
  `(select json_agg(key.order_number || key.reseller order by key.order_number, key.reseller) from registration_key as key where key.id = any(${ids}))`;

const contents = {
  messages: `select json_build_object('message', message.id, 'account', account, 'status', status, 'reason', reason, 'notes', notes,
    'certificate', certificate_number, 'version', certificate_version, 'target', target, 'stated', stated,
    'events', (select json_agg(json_build_object('event', event->'event', 'details', event->'details')) from jsonb_array_elements(events) as event)) as row
    from message`,
  accounts: `select json_build_object('id', id, 'company', company, 'reseller', reseller, 'claimed', claimed, 'mergedInto', merged_into) as row
    from account`,
  registrationKeys: `select json_build_object('key', code, 'suite', suite, 'account', account, 'reseller', reseller, 'orderNumber', order_number,
    'seats', seats, 'startsOn', starts_on, 'validThrough', valid_through, 'anchor', anchor, 'suspended', suspended, 'endedOn', ended_on,
    'endedBy', ended_by, 'aliasOf', alias_of, 'grants', grants, 'certificate', certificate_number, 'version', certificate_version,
    'customer', customer) as row from registration_key`,
  registrationKeyGrants: `select json_build_object('key', registration_key, 'number', number, 'causeKind', cause_kind, 'cause', cause,
    'account', account, 'orderNumber', order_number, 'seats', seats, 'startsOn', starts_on, 'validThrough', valid_through, 'anchor', anchor,
    'aliasOf', alias_of, 'suspended', suspended, 'endedOn', ended_on, 'customer', customer) as row from registration_key_grant`,
  licenses: `select json_build_object('license', license.id, 'code', activation_code, 'account', account, 'pid', pid, 'type', type, 'edition', edition,
    'status', status, 'seats', seats, 'validThrough', valid_through, 'anchor', anchor, 'mergedInto', merged_into, 'issuedFor', registration_key,
    'grants', grants, 'revokedBy', revoked_by, 'extendedBy', ${keysIn('extended_by')}) as row from license`,
  grants: `select json_build_object('license', license, 'number', number, 'causeKind', cause_kind, 'cause', cause, 'for', registration_key,
    'seats', seats, 'validThrough', valid_through, 'status', license_status, 'edition', license_edition, 'anchor', license_anchor,
    'extendedBy', ${keysIn('license_extended_by')}) as row from license_grant`,
  certificates: `select json_build_object('number', number, 'version', version, 'message', message, 'facts', facts - 'secret') as row from certificate`,
  holds: `select json_build_object('hold', id, 'code', code, 'text', text, 'details', details, 'decision', decision, 'by', decided_by,
    'reason', reason, 'keep', keep) as row from hold`,
  reversals: `select json_build_object('message', message, 'by', reversed_by, 'takenAlong', taken_along) as row from reversal`,
  retiredCodes: `select json_build_object('code', code, 'of', coalesce(license, registration_key), 'by', replaced_by, 'until', resolves_until) as row
    from retired_code`,
  licenseSeries: `select json_build_object('license', license, 'certificate', certificate_number, 'version', certificate_version) as row
    from license_series`,
};

interface KeyName {
  readonly id: string;
  readonly code: string;
  readonly name: string;
}

const keyNames = `select key.id, key.code, 'RK of ' || message.reseller || ' ' || message.number as name
  from registration_key as key
  join certificate on certificate.number = key.certificate_number and certificate.version = 1
  join message on message.id = certificate.message`;

/** Names by id, code, masked code and certificate number. */
async function namesOf(ledger: Ledger): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const { id, code, name } of await ledger.query<KeyName>(keyNames)) {
    names.set(id, name).set(code, name);
  }
  const earlier = await replacedCodes(ledger);
  nameEarlier(earlier, names);
  for (const row of await ledger.query<{
    readonly id: string;
    readonly kind: string;
    readonly number: string;
    readonly reseller: string | null;
    readonly content: unknown;
  }>('select id, kind, number, reseller, content from message')) {
    const number = row.kind === 'registration' ? named(JSON.stringify(row.content), names) : row.number;
    names.set(row.id, `${row.kind} ${row.reseller ?? 'operator'} ${number}`);
  }
  for (const { id, message, number } of await ledger.query<{
    readonly id: string;
    readonly message: string;
    readonly number: string;
  }>('select id, message, row_number() over (partition by message order by held_at, id) as number from hold'))
    names.set(id, `hold ${number} of ${names.get(message) ?? message}`);
  for (const { number, message } of await ledger.query<{
    readonly number: string;
    readonly message: string;
  }>('select number, message from certificate where version = 1'))
    names.set(number, `certificate of ${names.get(message) ?? message}`);
  for (const license of await ledger.query<{
    readonly id: string;
    readonly code: string;
    readonly pid: string;
    readonly issued: boolean;
    readonly cause: string;
  }>(
    `select id, activation_code as code, pid, license.registration_key is not null as issued, cause
     from license join license_grant on license_grant.license = license.id and number = 1`,
  )) {
    const name = license.issued
      ? `${license.pid} issued by ${names.get(license.cause) ?? license.cause}`
      : (earlier.get(license.id)?.[0] ?? license.code);
    names.set(license.id, `license ${name}`);
    if (license.issued) names.set(license.code, name);
    else if (name !== license.code) names.set(license.code, `newest code of ${name}`);
  }
  nameEarlier(earlier, names);
  return names;
}

/** The codes that each key and license had before, the first one first. */
async function replacedCodes({ query }: Ledger): Promise<ReadonlyMap<string, readonly string[]>> {
  const retired = await query<{ readonly code: string; readonly of: string }>(
    `select code, coalesce(license, registration_key) as of from retired_code join message on message.id = retired_code.replaced_by order by decided_number`,
  );
  const byThing = Map.groupBy(retired, ({ of }) => of);
  return new Map([...byThing].map(([thing, rows]) => [thing, rows.map(({ code }) => code)]));
}

/** Names them after what they are of, as far as that has a name; the code that a license was imported with is its name. */
function nameEarlier(earlier: ReadonlyMap<string, readonly string[]>, names: Map<string, string>): void {
  for (const [thing, codes] of earlier) {
    const name = names.get(thing);
    for (const [i, code] of codes.entries())
      if (name !== undefined && !name.endsWith(code)) names.set(code, `code ${i + 1} of ${name}`);
  }
}

/** UUIDs, certificate numbers, Registration Keys and Activation Codes. */
const tokens =
  /[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}|LC-\d{4}-\d{7,}|[A-Z]{2}-[\dA-Z]{4}(?:(?:-[\dA-Z]{5}){5}|(?:-[\dA-Z]{4}){3})/g;

/** What a mask shows of random symbols: codes of one ledger may share them, so only the prefix is compared. */
const maskedSymbols = /(?<=\b[A-Z]{2}-…-)[\dA-Z]{4}/g;

/** Licenses of one product are listed by their codes, by chance: where they are listed, and in what a person is told of them. */
function inOneOrder(row: string): string {
  return JSON.stringify(JSON.parse(row), (key, value: unknown) => {
    if (!Array.isArray(value)) return key === 'message' ? inSentences(value) : value;
    const isListed = value.every(
      (one: unknown) => typeof one === 'object' && one !== null && 'activationCode' in one,
    );
    return isListed || key === 'different' ? value.toSorted(byText) : value;
  });
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

/** `Later ones would differ: this; that. Approved, …` */
function inSentences(text: unknown): unknown {
  const [, head = '', list = '', tail = ''] =
    /^(Without it, later ones would differ: )(.*)(\. Approved, .*)$/.exec(String(text)) ?? [];
  return head === '' ? text : head + list.split('; ').sort().join('; ') + tail;
}

function named(text: string, names: ReadonlyMap<string, string>): string {
  const known = text.replaceAll(tokens, (token) => JSON.stringify(names.get(token) ?? token).slice(1, -1));
  return known.replaceAll(maskedSymbols, '####');
}
