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
    tables.push([table, rows.sort().map((row): unknown => JSON.parse(row))]);
  }
  return Object.fromEntries(tables);
}

/** The code of each Registration Key, by its name. */
export async function registrationKeyCodes(ledger: Ledger): Promise<ReadonlyMap<string, string>> {
  const rows = await ledger.query<KeyName>(keyNames);
  return new Map(rows.map(({ name, code }) => [name, code]));
}

const contents = {
  messages: `select json_build_object('message', message.id, 'account', account, 'status', status, 'reason', reason, 'notes', notes,
    'certificate', certificate_number, 'version', certificate_version,
    'events', (select json_agg(json_build_object('event', event->'event', 'details', event->'details')) from jsonb_array_elements(events) as event)) as row
    from message`,
  accounts: `select json_build_object('id', id, 'company', company, 'reseller', reseller, 'mergedInto', merged_into) as row from account`,
  registrationKeys: `select json_build_object('key', code, 'suite', suite, 'account', account, 'reseller', reseller, 'orderNumber', order_number,
    'seats', seats, 'validThrough', valid_through, 'aliasOf', alias_of, 'certificate', certificate_number, 'version', certificate_version,
    'customer', customer) as row from registration_key`,
  licenses: `select json_build_object('license', license.id, 'code', activation_code, 'account', account, 'pid', pid, 'type', type, 'edition', edition,
    'status', status, 'seats', seats, 'validThrough', valid_through, 'mergedInto', merged_into, 'issuedFor', registration_key,
    'grants', grants, 'extendedBy', (select json_agg(key.order_number || key.reseller order by key.order_number, key.reseller)
      from registration_key as key where key.id = any(extended_by))) as row from license`,
  grants: `select json_build_object('license', license, 'number', number, 'causeKind', cause_kind, 'cause', cause, 'for', registration_key,
    'seats', seats, 'validThrough', valid_through) as row from license_grant`,
  certificates: `select json_build_object('number', number, 'version', version, 'message', message, 'facts', facts - 'secret') as row from certificate`,
  holds: `select json_build_object('hold', id, 'code', code, 'text', text, 'details', details, 'decision', decision, 'by', decided_by,
    'reason', reason, 'keep', keep) as row from hold`,
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
      : license.code;
    names.set(license.id, `license ${name}`);
    if (license.issued) names.set(license.code, name);
  }
  return names;
}

/** UUIDs, certificate numbers, Registration Keys and Activation Codes. */
const tokens =
  /[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}|LC-\d{4}-\d{7,}|[A-Z]{2}-[\dA-Z]{4}(?:(?:-[\dA-Z]{5}){5}|(?:-[\dA-Z]{4}){3})/g;

/** What a mask shows of random symbols: codes of one ledger may share them, so only the prefix is compared. */
const maskedSymbols = /(?<=\b[A-Z]{2}-…-)[\dA-Z]{4}/g;

function named(text: string, names: ReadonlyMap<string, string>): string {
  const known = text.replaceAll(tokens, (token) => JSON.stringify(names.get(token) ?? token).slice(1, -1));
  return known.replaceAll(maskedSymbols, '####');
}
