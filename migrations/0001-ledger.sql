-- The ledger: what was accepted, what was decided, who owns what. Every guarantee that a constraint can hold is one, with a name.

create table reseller (
  name text constraint reseller_pkey primary key,
  license_type text not null,
  created_at timestamptz not null default now(),
  constraint reseller_license_type_known check (license_type in ('reseller', 'retail', 'oem', 'protectlink'))
);

-- Keys are shown once and kept as SHA-256 alone. One that is live per holder; earlier ones stay as revoked rows.
create table api_key (
  id uuid constraint api_key_pkey primary key,
  holder_kind text not null,
  holder text not null,
  hash bytea not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  constraint api_key_hash_unique unique (hash),
  constraint api_key_hash_is_sha256 check (octet_length(hash) = 32),
  constraint api_key_holder_kind_known check (holder_kind in ('reseller', 'operator'))
);
create unique index api_key_one_live_per_holder on api_key (holder_kind, holder) where revoked_at is null;

create table account (
  id text constraint account_pkey primary key,
  company text not null,
  contact text,
  email text not null,
  country text not null,
  region text not null,
  reseller text constraint account_reseller_fkey references reseller,
  merged_into text constraint account_merged_into_fkey references account,
  created_at timestamptz not null default now(),
  constraint account_id_shape check (id ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  constraint account_not_merged_into_itself check (merged_into <> id)
);
create index account_by_survivor on account (merged_into) where merged_into is not null;

-- A reseller's message: an upgrade order, a registration or a merge request. Accepted means: there is a row.
-- accepted_number is drawn, and the row inserted, under the lock of the account that the message names: within one account it is
-- the order of acceptance. decided_number likewise is the order of decision.
create sequence decision_number;
create table message (
  id uuid constraint message_pkey primary key,
  kind text not null,
  reseller text,
  number text not null,
  fingerprint bytea not null,
  content jsonb not null,
  account text,
  accepted_number bigint generated always as identity,
  accepted_at timestamptz not null,
  status text not null,
  decided_number bigint,
  decided_at timestamptz,
  reason jsonb,
  notes jsonb not null default '[]',
  certificate_number text,
  certificate_version integer,
  events jsonb not null,
  constraint message_kind_known check (kind in ('upgrade-order', 'registration', 'merge-request')),
  constraint message_status_known check (status in ('accepted', 'fulfilled', 'held', 'rejected')),
  constraint message_fingerprint_is_sha256 check (octet_length(fingerprint) = 32),
  constraint message_decided_when_not_open check ((status = 'accepted') or (decided_at is not null and decided_number is not null)),
  constraint message_reason_when_refused check ((status in ('held', 'rejected')) = (reason is not null)),
  constraint message_certificate_when_fulfilled check ((status = 'fulfilled') = (certificate_number is not null) and (certificate_number is null) = (certificate_version is null)),
  -- What is a repeat: rules §6. A registration's number is the fingerprint of its content.
  constraint message_identity unique nulls not distinct (kind, number, reseller)
);
create index message_open on message (accepted_number) where status = 'accepted';
create index message_by_account on message (account, accepted_number) where account is not null;
create index message_by_reseller on message (reseller, accepted_number);

-- The component list of a suite as it was on some day; Registration Keys point at the one they were issued with.
create table suite_snapshot (
  id uuid constraint suite_snapshot_pkey primary key,
  suite text not null,
  name text not null,
  components jsonb not null,
  fingerprint bytea not null,
  constraint suite_snapshot_unique unique (fingerprint)
);

create table registration_key (
  id uuid constraint registration_key_pkey primary key,
  code text not null,
  suite text not null,
  suite_snapshot uuid not null constraint registration_key_suite_snapshot_fkey references suite_snapshot,
  account text constraint registration_key_account_fkey references account,
  reseller text not null constraint registration_key_reseller_fkey references reseller,
  order_number text not null,
  seats integer not null,
  valid_through date not null,
  alias_of uuid constraint registration_key_alias_fkey references registration_key,
  certificate_number text not null,
  certificate_version integer not null,
  customer jsonb not null,
  issued_at timestamptz not null,
  constraint registration_key_code_unique unique (code),
  constraint registration_key_code_shape check (code ~ '^[A-Z]{2}(-[2-9A-HJKMNP-Z]{4}){4}$'),
  constraint registration_key_seats_positive check (seats >= 1),
  constraint registration_key_not_alias_of_itself check (alias_of <> id)
);
create index registration_key_by_alias on registration_key (alias_of) where alias_of is not null;
create unique index registration_key_one_active_per_account_and_suite on registration_key (account, suite) where alias_of is null and account is not null;

create table license (
  id uuid constraint license_pkey primary key,
  activation_code text not null,
  account text not null constraint license_account_fkey references account,
  pid text not null,
  type text not null,
  edition text not null,
  status text not null,
  seats integer not null,
  valid_through date not null,
  merged_into uuid constraint license_merged_into_fkey references license,
  -- The key whose registration issued the code; null for an imported one.
  registration_key uuid constraint license_registration_key_fkey references registration_key,
  -- The keys that have given it what they give (a registration does not give it again), and the number of its last grant.
  extended_by uuid[] not null default '{}',
  grants integer not null,
  constraint license_activation_code_unique unique (activation_code),
  constraint license_pid_shape check (pid ~ '^[0-9]{6}[0-9A-Z]{0,10}$'),
  constraint license_type_known check (type in ('reseller', 'retail', 'oem', 'protectlink')),
  constraint license_edition_known check (edition in ('full', 'trial')),
  constraint license_status_known check (status in ('active', 'expired', 'suspended', 'revoked', 'merged')),
  constraint license_seats_positive check (seats >= 1),
  constraint license_merged_has_survivor check ((status = 'merged') = (merged_into is not null)),
  constraint license_not_merged_into_itself check (merged_into <> id)
);
create index license_by_account on license (account);
create unique index license_one_issued_per_account_and_family on license (account, left(pid, 6)) where registration_key is not null and status <> 'merged';
create index license_by_survivor on license (merged_into) where merged_into is not null;

-- Seats and date after the change; the ones before are those of the previous number.
create table license_grant (
  license uuid not null constraint license_grant_license_fkey references license,
  number integer not null,
  cause_kind text not null,
  cause uuid not null,
  registration_key uuid constraint license_grant_registration_key_fkey references registration_key,
  seats integer not null,
  valid_through date not null,
  made_at timestamptz not null,
  constraint license_grant_pkey primary key (license, number),
  constraint license_grant_once_per_cause unique (license, cause),
  constraint license_grant_cause_known check (cause_kind in ('import', 'order', 'registration', 'merge', 'hold')),
  constraint license_grant_number_positive check (number >= 1)
);

create sequence certificate_number;
create table certificate (
  number text not null,
  version integer not null,
  message uuid not null constraint certificate_message_fkey references message,
  facts jsonb not null,
  written_at timestamptz not null,
  rendered_at timestamptz,
  constraint certificate_pkey primary key (number, version),
  constraint certificate_one_version_per_message unique (message),
  constraint certificate_number_shape check (number ~ '^LC-[0-9]{4}-[0-9]{7,}$'),
  constraint certificate_version_positive check (version >= 1)
);
create index certificate_not_rendered on certificate (written_at) where rendered_at is null;

create table certificate_pdf (
  number text not null,
  version integer not null,
  jws text not null,
  pdf bytea not null,
  sha256 bytea not null,
  constraint certificate_pdf_pkey primary key (number, version),
  constraint certificate_pdf_certificate_fkey foreign key (number, version) references certificate,
  constraint certificate_pdf_sha256_is_sha256 check (octet_length(sha256) = 32)
);
alter table certificate_pdf alter column pdf set storage external;

create table hold (
  id uuid constraint hold_pkey primary key,
  message uuid not null constraint hold_message_fkey references message,
  code text not null,
  text text not null,
  details jsonb not null,
  held_at timestamptz not null,
  decision text,
  decided_at timestamptz,
  decided_by text,
  reason text,
  keep jsonb,
  constraint hold_decision_known check (decision in ('approved', 'rejected')),
  constraint hold_decided_by_someone check ((decision is null) = (decided_at is null) and (decision is null) = (decided_by is null) and (decision is null) = (reason is null))
);
create unique index hold_one_open_per_message on hold (message) where decision is null;
create index hold_by_message on hold (message);

-- What came by a queue and could not be accepted: kept until a person has looked.
create table rejected_message (
  id uuid constraint rejected_message_pkey primary key,
  queue text not null,
  job_name text not null,
  code text not null,
  message text not null,
  errors jsonb not null,
  content jsonb not null,
  fingerprint bytea not null,
  accepted_fingerprint bytea,
  count integer not null default 1,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  replayed_at timestamptz,
  constraint rejected_message_once unique (queue, job_name, fingerprint),
  constraint rejected_message_fingerprint_is_sha256 check (octet_length(fingerprint) = 32),
  constraint rejected_message_count_positive check (count >= 1)
);

create table idempotency_key (
  holder text not null,
  key text not null,
  fingerprint bytea not null,
  message uuid not null constraint idempotency_key_message_fkey references message,
  created_at timestamptz not null default now(),
  constraint idempotency_key_pkey primary key (holder, key)
);
create index idempotency_key_by_age on idempotency_key (created_at);

-- The key that signs certificates when none is configured: made once, shared by all processes.
create table signing_key (
  kid text constraint signing_key_pkey primary key,
  private_key text not null,
  created_at timestamptz not null default now(),
  only_one boolean not null default true,
  constraint signing_key_only_one unique (only_one),
  constraint signing_key_only_one_true check (only_one)
);

-- What the last holdings import said of a code, to tell a repeat from a conflict.
create table imported_holding (
  activation_code text constraint imported_holding_pkey primary key,
  fingerprint bytea not null,
  grants integer not null,
  imported_at timestamptz not null default now(),
  constraint imported_holding_fingerprint_is_sha256 check (octet_length(fingerprint) = 32)
);
