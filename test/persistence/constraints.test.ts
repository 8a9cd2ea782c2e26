import { expect, test } from 'vitest';
import { openFresh, type OpenedDatabase } from '#test/persistence/open-fresh.ts';

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const sha256 = String.raw`\x${'ab'.repeat(32)}`;
const now = '2026-01-02T03:04:05Z';

/** A valid row of each table, referring to each other. */
const valid = {
  reseller: { name: 'northwind', license_type: 'reseller' },
  api_key: { id: id(1), holder_kind: 'reseller', holder: 'northwind', hash: sha256 },
  audit: {
    id: id(13),
    actor: 'operator maria',
    action: 'key-made',
    subject_kind: 'operator',
    subject: 'noor',
  },
  account: { id: 'acme', company: 'ACME', email: 'it@acme.example', country: 'DE', region: 'emea' },
  message: {
    id: id(2),
    kind: 'upgrade-order',
    reseller: 'northwind',
    number: 'PO-1',
    fingerprint: sha256,
    content: '{}',
    accepted_at: now,
    status: 'accepted',
    events: '[]',
  },
  suite_snapshot: { id: id(3), suite: 'SPC', name: 'Complete', components: '[]', fingerprint: sha256 },
  registration_key: {
    id: id(4),
    code: 'SP-2222-2222-2222-2222',
    suite: 'SPC',
    suite_snapshot: id(3),
    account: 'acme',
    reseller: 'northwind',
    order_number: 'PO-1',
    seats: 1,
    valid_through: '2027-01-01',
    certificate_number: 'LC-2026-0000001',
    certificate_version: 1,
    customer: '{}',
    issued_at: now,
  },
  license: {
    id: id(5),
    activation_code: 'OS-1',
    account: 'acme',
    pid: '100101EN01',
    type: 'retail',
    edition: 'full',
    status: 'active',
    seats: 1,
    valid_through: '2027-01-01',
    registration_key: id(4),
    grants: 1,
  },
  license_grant: {
    license: id(5),
    number: 1,
    cause_kind: 'order',
    cause: id(2),
    seats: 1,
    valid_through: '2027-01-01',
    made_at: now,
  },
  certificate: { number: 'LC-2026-0000001', version: 1, message: id(2), facts: '{}', written_at: now },
  certificate_pdf: { number: 'LC-2026-0000001', version: 1, jws: 'x', pdf: sha256, sha256 },
  hold: { id: id(6), message: id(2), code: 'X', text: 'x', details: '{}', held_at: now },
  rejected_message: {
    id: id(7),
    queue: 'upgrade-orders',
    job_name: 'x',
    code: 'X',
    message: 'x',
    errors: '[]',
    content: '{}',
    fingerprint: sha256,
  },
  idempotency_key: { holder: 'northwind', key: 'k', fingerprint: sha256, message: id(2) },
  signing_key: { kid: 'a', private_key: 'x' },
  certificate_key: { kid: 'a', public_key: 'x'.repeat(43) },
  imported_holding: { activation_code: 'OS-1', fingerprint: sha256, grants: 1 },
  registration_key_grant: {
    registration_key: id(4),
    number: 2,
    cause_kind: 'order',
    cause: id(2),
    order_number: 'PO-1',
    seats: 1,
    valid_through: '2027-01-01',
    suspended: false,
    customer: '{}',
    made_at: now,
  },
  reversal: { message: id(2), reversed_by: id(2), taken_along: false, reversed_at: now },
  retired_code: { code: 'OS-0', license: id(5), replaced_by: id(2), retired_at: now },
  license_series: { license: id(5), certificate_number: 'LC-2026-0000002', certificate_version: 1 },
  account_move: { id: id(8), account: 'acme', moved_by: 'maria', reason: 'x', decided_number: 1 },
  catalog_seen: { fingerprint: sha256, suites: '{}', products: '{}' },
  mail: { id: id(8), kind: 'notice', recipient: 'it@acme.example', language: 'en', reference: 'acme' },
  member: { account: 'acme', address: 'it@acme.example', added_by: 'import' },
  sign_in_code: {
    id: id(10),
    address: 'it@acme.example',
    purpose: 'sign-in',
    session: id(11),
    hmac: sha256,
    network: '192.0.2.0/24',
    mailed: true,
  },
  wrong_key_try: { id: id(12), network: '192.0.2.0/24' },
  web_session: { id: id(13), token_hash: sha256, kind: 'operator', subject: 'maria' },
  shared_secret: { name: 'x', value: sha256 },
  webhook_endpoint: {
    id: id(18),
    url: 'https://hooks.example/',
    types: '{}',
    secret: sha256,
    created_by: 'reseller northwind',
  },
  delivery: { id: id(19), event: id(9), endpoint: id(18), type: 'webhook.test' },
  webhook_relay: { position: 0 },
  ledger_identity: { id: id(16) },
  event: {
    id: id(17),
    sequence: 1,
    type: 'upgrade_order.fulfilled',
    reseller: 'northwind',
    message: id(2),
    about: '{}',
  },
  event_removed: { position: 0 },
  books_check: { contradictions: 0 },
  feed_file: {
    id: id(20),
    folder: id(1),
    reseller: 'northwind',
    name: 'a.csv',
    work_name: 'a.csv',
    state: 'importing',
  },
  feed_file_row: { file: id(20), row: 1, reference: 'PO-1', result: 'accepted', message: id(2) },
  expiry_told: { valid_through: '2030-01-01', license: id(4), threshold: 30 },
  event_relay: { name: 'x', position: 0, settled: 0 },
} as const satisfies Record<string, Record<string, unknown>>;

type Table = keyof typeof valid;

async function insert(
  { query }: OpenedDatabase,
  table: string,
  row: Readonly<Record<string, unknown>>,
): Promise<void> {
  const columns = Object.keys(row);
  const places = columns.map((_, i) => `$${i + 1}`).join(', ');
  await query(`insert into ${table} (${columns.join(', ')}) values (${places})`, Object.values(row));
}

async function filled(): Promise<OpenedDatabase> {
  const opened = await openFresh();
  // The migration made one, with an id of its own.
  await opened.query('delete from ledger_identity');
  await opened.query('delete from event_removed');
  await opened.query('delete from webhook_relay');
  for (const [table, row] of Object.entries(valid)) await insert(opened, table, row);
  return opened;
}

/** A row of the table that collides with the valid one in nothing. */
const other: Readonly<Record<Table, Readonly<Record<string, unknown>>>> = {
  ...valid,
  reseller: { ...valid.reseller, name: 'southwind' },
  api_key: { ...valid.api_key, id: id(101), holder: 'southwind', hash: String.raw`\x${'cd'.repeat(32)}` },
  audit: { ...valid.audit, id: id(113) },
  account: { ...valid.account, id: 'branch' },
  message: { ...valid.message, id: id(102), number: 'PO-2' },
  suite_snapshot: { ...valid.suite_snapshot, id: id(103), fingerprint: String.raw`\x${'cd'.repeat(32)}` },
  registration_key: { ...valid.registration_key, id: id(104), code: 'SP-3333-2222-2222-2222', suite: 'SPE' },
  license: { ...valid.license, id: id(105), activation_code: 'OS-2', pid: '100102EN01' },
  license_grant: { ...valid.license_grant, number: 2, cause: id(9) },
  certificate: { ...valid.certificate, version: 2, message: id(102) },
  certificate_pdf: { ...valid.certificate_pdf, version: 2 },
  hold: { ...valid.hold, id: id(106), message: id(102) },
  rejected_message: { ...valid.rejected_message, id: id(107), fingerprint: String.raw`\x${'cd'.repeat(32)}` },
  idempotency_key: { ...valid.idempotency_key, key: 'l' },
  imported_holding: { ...valid.imported_holding, activation_code: 'OS-2' },
  registration_key_grant: { ...valid.registration_key_grant, number: 3, cause: id(9) },
  reversal: { ...valid.reversal, message: id(102) },
  retired_code: { ...valid.retired_code, code: 'OS-9' },
  license_series: { ...valid.license_series, license: id(105) },
  account_move: { ...valid.account_move, id: id(108) },
  catalog_seen: { ...valid.catalog_seen, fingerprint: String.raw`\x${'cd'.repeat(32)}` },
  mail: { ...valid.mail, id: id(108), reference: 'branch' },
  member: { ...valid.member, address: 'me@acme.example' },
  sign_in_code: { ...valid.sign_in_code, id: id(110) },
  wrong_key_try: { ...valid.wrong_key_try, id: id(112) },
  webhook_endpoint: { ...valid.webhook_endpoint, id: id(116) },
  delivery: { ...valid.delivery, id: id(117) },
  feed_file: { ...valid.feed_file, id: id(118), work_name: 'b.csv' },
  feed_file_row: { ...valid.feed_file_row, row: 2 },
};

const ended = { decided_at: now, decided_number: 1 };
const refused: Readonly<Record<string, readonly [Table, Readonly<Record<string, unknown>>]>> = {
  reseller_pkey: ['reseller', { name: 'northwind' }],
  reseller_license_type_known: ['reseller', { license_type: 'gift' }],
  api_key_pkey: ['api_key', { id: id(1) }],
  api_key_hash_unique: ['api_key', { hash: sha256 }],
  api_key_hash_is_sha256: ['api_key', { hash: String.raw`\xab` }],
  api_key_holder_kind_known: ['api_key', { holder_kind: 'guest' }],
  api_key_one_live_per_holder: ['api_key', { holder: 'northwind' }],
  api_key_role_known: ['api_key', { holder_kind: 'operator', role: 'king' }],
  api_key_role_of_operators: ['api_key', { holder_kind: 'operator' }],
  audit_pkey: ['audit', { id: id(13) }],
  rejected_message_set_aside_by_someone: ['rejected_message', { set_aside_at: now }],
  account_pkey: ['account', { id: 'acme' }],
  account_reseller_fkey: ['account', { reseller: 'nobody' }],
  account_merged_into_fkey: ['account', { merged_into: 'nobody' }],
  account_id_shape: ['account', { id: 'ACME' }],
  account_not_merged_into_itself: ['account', { merged_into: 'branch' }],
  message_pkey: ['message', { id: id(2) }],
  message_identity: ['message', { number: 'PO-1' }],
  message_kind_known: ['message', { kind: 'letter' }],
  message_status_known: ['message', { status: 'lost', ...ended }],
  message_fingerprint_is_sha256: ['message', { fingerprint: String.raw`\xab` }],
  message_decided_when_not_open: ['message', { status: 'rejected', reason: '{}' }],
  message_reason_when_refused: ['message', { status: 'rejected', ...ended }],
  message_certificate_when_fulfilled: ['message', { status: 'fulfilled', ...ended }],
  suite_snapshot_pkey: ['suite_snapshot', { id: id(3) }],
  suite_snapshot_unique: ['suite_snapshot', { fingerprint: sha256 }],
  registration_key_pkey: ['registration_key', { id: id(4) }],
  registration_key_suite_snapshot_fkey: ['registration_key', { suite_snapshot: id(9) }],
  registration_key_account_fkey: ['registration_key', { account: 'nobody' }],
  registration_key_reseller_fkey: ['registration_key', { reseller: 'nobody' }],
  registration_key_alias_fkey: ['registration_key', { alias_of: id(9) }],
  registration_key_code_unique: ['registration_key', { code: valid.registration_key.code }],
  registration_key_code_shape: ['registration_key', { code: 'SP-1111-2222-2222-2222' }],
  registration_key_seats_positive: ['registration_key', { seats: 0 }],
  registration_key_not_alias_of_itself: ['registration_key', { alias_of: id(104) }],
  registration_key_one_active_per_account_and_suite: ['registration_key', { suite: 'SPC' }],
  license_pkey: ['license', { id: id(5) }],
  license_account_fkey: ['license', { account: 'nobody' }],
  license_merged_into_fkey: ['license', { merged_into: id(9), status: 'merged' }],
  license_registration_key_fkey: ['license', { registration_key: id(9) }],
  license_activation_code_unique: ['license', { activation_code: 'OS-1' }],
  license_pid_shape: ['license', { pid: '1001' }],
  license_type_known: ['license', { type: 'gift' }],
  license_edition_known: ['license', { edition: 'half' }],
  license_status_known: ['license', { status: 'lost' }],
  license_seats_positive: ['license', { seats: 0 }],
  license_merged_has_survivor: ['license', { status: 'merged' }],
  license_not_merged_into_itself: ['license', { merged_into: id(105), status: 'merged' }],
  license_one_issued_per_account_and_family: ['license', { pid: '100101DE02' }],
  license_grant_pkey: ['license_grant', { number: 1 }],
  license_grant_license_fkey: ['license_grant', { license: id(9) }],
  license_grant_registration_key_fkey: ['license_grant', { registration_key: id(9) }],
  license_grant_once_per_cause: ['license_grant', { cause: id(2) }],
  license_grant_cause_known: ['license_grant', { cause_kind: 'luck' }],
  license_grant_number_positive: ['license_grant', { number: 0 }],
  certificate_pkey: ['certificate', { version: 1 }],
  certificate_message_fkey: ['certificate', { message: id(9) }],
  certificate_one_version_per_message_and_series: ['certificate', { message: id(2) }],
  certificate_number_shape: ['certificate', { number: 'LC-1' }],
  certificate_version_positive: ['certificate', { version: 0 }],
  certificate_pdf_pkey: ['certificate_pdf', { version: 1 }],
  certificate_pdf_certificate_fkey: ['certificate_pdf', {}],
  certificate_pdf_sha256_is_sha256: ['certificate_pdf', { sha256: String.raw`\xab` }],
  hold_pkey: ['hold', { id: id(6) }],
  hold_message_fkey: ['hold', { message: id(9) }],
  hold_one_open_per_message: ['hold', { message: id(2) }],
  hold_decision_known: ['hold', { decision: 'perhaps', decided_at: now, decided_by: 'maria', reason: 'x' }],
  hold_decided_by_someone: ['hold', { decision: 'approved', decided_at: now, reason: 'x' }],
  rejected_message_pkey: ['rejected_message', { id: id(7) }],
  rejected_message_once: ['rejected_message', { fingerprint: sha256 }],
  rejected_message_fingerprint_is_sha256: ['rejected_message', { fingerprint: String.raw`\xab` }],
  rejected_message_count_positive: ['rejected_message', { count: 0 }],
  idempotency_key_pkey: ['idempotency_key', { key: 'k' }],
  idempotency_key_message_fkey: ['idempotency_key', { message: id(9) }],
  signing_key_pkey: ['signing_key', {}],
  signing_key_only_one: ['signing_key', { kid: 'b' }],
  signing_key_only_one_true: ['signing_key', { kid: 'b', only_one: false }],
  certificate_key_pkey: ['certificate_key', { kid: 'a' }],
  certificate_key_32_bytes: ['certificate_key', { kid: 'b', public_key: 'x' }],
  registration_key_ended_by_something: ['registration_key', { ended_on: '2027-01-01' }],
  license_revoked_by_fkey: ['license', { revoked_by: id(9), status: 'revoked' }],
  license_revoked_by_a_return: ['license', { revoked_by: id(2) }],
  registration_key_grant_pkey: ['registration_key_grant', { number: 2 }],
  registration_key_grant_key_fkey: ['registration_key_grant', { registration_key: id(9) }],
  registration_key_grant_once_per_cause: ['registration_key_grant', { cause: id(2) }],
  registration_key_grant_cause_known: ['registration_key_grant', { cause_kind: 'luck' }],
  registration_key_grant_first_alone_has_no_cause: ['registration_key_grant', { cause: null }],
  registration_key_grant_number_positive: ['registration_key_grant', { number: 0 }],
  reversal_pkey: ['reversal', { message: id(2) }],
  reversal_message_fkey: ['reversal', { message: id(9) }],
  reversal_reversed_by_fkey: ['reversal', { reversed_by: id(9) }],
  retired_code_pkey: ['retired_code', { code: 'OS-0' }],
  retired_code_license_fkey: ['retired_code', { license: id(9) }],
  retired_code_key_fkey: ['retired_code', { license: null, registration_key: id(9) }],
  retired_code_message_fkey: ['retired_code', { replaced_by: id(9) }],
  retired_code_of_one_thing: ['retired_code', { license: null }],
  license_series_pkey: ['license_series', { license: id(5) }],
  license_series_license_fkey: ['license_series', { license: id(9) }],
  imported_holding_pkey: ['imported_holding', { activation_code: 'OS-1' }],
  imported_holding_fingerprint_is_sha256: ['imported_holding', { fingerprint: String.raw`\xab` }],
  message_attempt_positive: ['message', { attempt: 0 }],
  account_move_pkey: ['account_move', { id: id(8) }],
  account_move_account_fkey: ['account_move', { account: 'nobody' }],
  account_move_reseller_fkey: ['account_move', { to_reseller: 'nobody' }],
  catalog_seen_pkey: ['catalog_seen', { fingerprint: sha256 }],
  catalog_seen_fingerprint_is_sha256: ['catalog_seen', { fingerprint: String.raw`\xab` }],
  mail_pkey: ['mail', { id: id(8) }],
  mail_once: ['mail', { reference: 'acme' }],
  mail_kind_known: ['mail', { kind: 'letter' }],
  mail_language_known: ['mail', { language: 'fr' }],
  mail_status_known: ['mail', { status: 'lost', ended_at: now }],
  mail_ended_when_not_queued: ['mail', { status: 'sent' }],
  mail_attempts_counted: ['mail', { attempts: -1 }],
  member_pkey: ['member', { address: 'it@acme.example' }],
  member_account_fkey: ['member', { account: 'nobody' }],
  member_address_plain: ['member', { address: 'IT@acme.example' }],
  member_removed_by_someone: ['member', { removed_at: now }],
  sign_in_code_pkey: ['sign_in_code', { id: id(10) }],
  sign_in_code_purpose_known: ['sign_in_code', { purpose: 'fun' }],
  sign_in_code_hmac_is_sha256: ['sign_in_code', { hmac: String.raw`\xab` }],
  wrong_key_try_pkey: ['wrong_key_try', { id: id(12) }],
  web_session_pk: ['web_session', { id: id(13) }],
  web_session_token: ['web_session', { id: id(14) }],
  web_session_kind_known: ['web_session', { kind: 'guest' }],
  web_session_token_hashed: ['web_session', { token_hash: String.raw`\xab` }],
  shared_secret_pk: ['shared_secret', {}],
  shared_secret_long_enough: ['shared_secret', { value: String.raw`\xab` }],
  webhook_endpoint_pkey: ['webhook_endpoint', { id: id(18) }],
  webhook_endpoint_reseller_fkey: ['webhook_endpoint', { reseller: 'nobody' }],
  webhook_endpoint_disabled_why: ['webhook_endpoint', { enabled: false }],
  webhook_endpoint_disabled_because_known: [
    'webhook_endpoint',
    { enabled: false, disabled_at: now, disabled_because: 'WHIM' },
  ],
  webhook_endpoint_previous_ends: ['webhook_endpoint', { previous_secret: sha256 }],
  delivery_pkey: ['delivery', { id: id(19) }],
  delivery_endpoint_fkey: ['delivery', { endpoint: id(9) }],
  delivery_state_known: ['delivery', { state: 'lost', next_attempt_at: null }],
  delivery_attempted_while_pending: ['delivery', { state: 'delivered' }],
  webhook_relay_pkey: ['webhook_relay', {}],
  webhook_relay_only_one: ['webhook_relay', { only_one: false }],
  ledger_identity_pkey: ['ledger_identity', {}],
  ledger_identity_only_one: ['ledger_identity', { id: id(15) }],
  event_pkey: ['event', { sequence: 2 }],
  event_sequence: ['event', { id: id(18) }],
  expiry_told_pkey: ['expiry_told', {}],
  event_relay_pkey: ['event_relay', {}],
  event_removed_pkey: ['event_removed', {}],
  event_removed_only_one: ['event_removed', { only_one: false }],
  books_check_pkey: ['books_check', {}],
  books_check_only_one: ['books_check', { only_one: false }],
  books_check_contradictions_counted: ['books_check', { contradictions: -1 }],
  feed_file_pkey: ['feed_file', { id: id(20) }],
  feed_file_reseller_fkey: ['feed_file', { reseller: 'nobody' }],
  feed_file_state_known: ['feed_file', { state: 'lost', result_name: 'r', kept_name: 'k' }],
  feed_file_reference_known: ['feed_file', { reference: 'number' }],
  feed_file_leased: ['feed_file', { holder: id(1) }],
  feed_file_named: ['feed_file', { state: 'waiting' }],
  feed_file_ended: ['feed_file', { ended_at: now }],
  feed_file_one_in_work: ['feed_file', { work_name: 'a.csv' }],
  feed_file_row_pkey: ['feed_file_row', { row: 1 }],
  feed_file_row_file_fkey: ['feed_file_row', { file: id(9) }],
  feed_file_row_message_fkey: ['feed_file_row', { message: id(9) }],
  feed_file_row_counted: ['feed_file_row', { row: -1 }],
  feed_file_row_result_known: ['feed_file_row', { result: 'lost' }],
  feed_file_row_recorded: ['feed_file_row', { result: 'invalid' }],
};

test('every constraint and unique index of the schema refuses what it is there to refuse, by its name', async () => {
  const opened = await filled();
  await insert(opened, 'message', other.message);
  for (const [name, [table, fault]] of Object.entries(refused)) {
    const base = table === 'message' ? { ...other.message, id: id(202), number: 'PO-3' } : other[table];
    await expect(insert(opened, table, { ...base, ...fault }), name).rejects.toThrow(`"${name}"`);
  }
});

test('no constraint and no unique index of the schema is missing here', async () => {
  const { query } = await openFresh();
  const names = await query<{ readonly name: string }>(
    `select conname as name from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
     union select indexrelid::regclass::text from pg_index join pg_class on pg_class.oid = indrelid
       where indisunique and relnamespace = 'public'::regnamespace`,
  );
  const ours = names.map(({ name }) => name).filter((name) => !name.includes('schema_migration'));
  expect(Object.keys(refused).sort()).toEqual(ours.sort());
});

test('what is ended differs from what was refused: earlier keys, decided holds and aliases may be many', async () => {
  const opened = await filled();
  await insert(opened, 'message', other.message);
  await insert(opened, 'api_key', { ...other.api_key, holder: 'northwind', revoked_at: now });
  const decided = { decision: 'approved', decided_at: now, decided_by: 'maria', reason: 'x' };
  await insert(opened, 'hold', { ...other.hold, message: id(2), ...decided });
  await insert(opened, 'registration_key', { ...other.registration_key, suite: 'SPC', alias_of: id(4) });
  await insert(opened, 'license', { ...other.license, pid: '100101DE02', registration_key: null });
  await expect(
    insert(opened, 'message', { ...valid.message, id: id(202), reseller: null }),
  ).resolves.toBeUndefined();
  await expect(insert(opened, 'message', { ...valid.message, id: id(203), reseller: null })).rejects.toThrow(
    'message_identity',
  );
});
