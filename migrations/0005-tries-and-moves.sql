-- A number whose message was rejected is free again: several tries, each a message, the last of which counts.
alter table message
  add column attempt integer not null default 1,
  add column replaces uuid,
  add column replaced_by uuid,
  add constraint message_attempt_positive check (attempt >= 1) not valid;

-- The first day of what the latest order bought, for certificates; unknown for keys from before.
alter table registration_key add column starts_on date;

-- Accounts that an operator moved to another reseller, or to none. decided_number: its place among the decisions of the account.
create table account_move (
  id uuid constraint account_move_pkey primary key,
  account text not null constraint account_move_account_fkey references account,
  from_reseller text,
  to_reseller text constraint account_move_reseller_fkey references reseller,
  moved_by text not null,
  reason text not null,
  moved_at timestamptz not null default now(),
  decided_number bigint not null
);
create index account_move_by_account on account_move (account, decided_number);

-- Catalogs that processes have worked with: what a younger one sells is no mistake of an order that comes to an older one.
create table catalog_seen (
  fingerprint bytea constraint catalog_seen_pkey primary key,
  number bigint generated always as identity,
  suites text[] not null,
  products text[] not null,
  first_seen_at timestamptz not null default now(),
  constraint catalog_seen_fingerprint_is_sha256 check (octet_length(fingerprint) = 32)
);
