-- Order life: change requests, and what must be written down so that a message can be taken back exactly.
-- New columns are null, or have a constant default: no table is rewritten. Constraints are checked beside the running work.

alter table message
  -- What a change request was about when it was decided: the id of a key, license or message.
  add column target uuid,
  -- What a fulfilled message says that writes no certificate.
  add column stated jsonb,
  drop constraint message_kind_known,
  add constraint message_kind_known check (kind in ('upgrade-order', 'registration', 'merge-request', 'change-request')) not valid,
  drop constraint message_certificate_when_fulfilled,
  add constraint message_certificate_when_fulfilled check (
    (certificate_number is null) = (certificate_version is null) and (certificate_number is null or status = 'fulfilled')
    and (certificate_number is not null or status <> 'fulfilled' or kind = 'change-request')) not valid;

-- Whether the account came to its reseller by a fulfilled message.
alter table account add column claimed boolean not null default false;

alter table registration_key
  add column anchor date,
  add column suspended boolean not null default false,
  add column ended_on date,
  -- The message that ended it.
  add column ended_by uuid,
  add column grants integer not null default 1,
  add constraint registration_key_ended_by_something check ((ended_on is null) = (ended_by is null)) not valid;

alter table license
  add column anchor date,
  -- The return that revoked it.
  add column revoked_by uuid,
  add constraint license_revoked_by_fkey foreign key (revoked_by) references message not valid,
  add constraint license_revoked_by_a_return check (revoked_by is null or status = 'revoked') not valid;

-- After the change; null in grants that were written before.
alter table license_grant
  add column license_status text,
  add column license_edition text,
  add column license_extended_by uuid[],
  add column license_anchor date,
  drop constraint license_grant_cause_known,
  add constraint license_grant_cause_known check (cause_kind in ('import', 'order', 'registration', 'merge', 'hold', 'change')) not valid;

-- A key after each of its changes, from the second on; with the second comes the first, whose cause is the order that the key was issued for.
create table registration_key_grant (
  registration_key uuid not null constraint registration_key_grant_key_fkey references registration_key,
  number integer not null,
  cause_kind text not null,
  cause uuid,
  account text,
  order_number text not null,
  seats integer not null,
  starts_on date,
  valid_through date not null,
  anchor date,
  alias_of uuid,
  suspended boolean not null,
  ended_on date,
  customer jsonb not null,
  made_at timestamptz not null,
  constraint registration_key_grant_pkey primary key (registration_key, number),
  constraint registration_key_grant_once_per_cause unique (registration_key, cause),
  constraint registration_key_grant_cause_known check (cause_kind in ('first', 'order', 'registration', 'merge', 'hold', 'change')),
  constraint registration_key_grant_first_alone_has_no_cause check ((number = 1) = (cause is null)),
  constraint registration_key_grant_number_positive check (number >= 1)
);

-- What was taken back, each once; what followed a key that fell was taken along.
create table reversal (
  message uuid constraint reversal_pkey primary key constraint reversal_message_fkey references message,
  reversed_by uuid not null constraint reversal_reversed_by_fkey references message,
  taken_along boolean not null,
  reversed_at timestamptz not null
);
create index reversal_by_reverser on reversal (reversed_by);

-- Codes that were replaced: what they stand for, and the last day on which they still resolve.
create table retired_code (
  code text constraint retired_code_pkey primary key,
  license uuid constraint retired_code_license_fkey references license,
  registration_key uuid constraint retired_code_key_fkey references registration_key,
  replaced_by uuid not null constraint retired_code_message_fkey references message,
  resolves_until date,
  retired_at timestamptz not null,
  constraint retired_code_of_one_thing check ((license is null) <> (registration_key is null))
);
create index retired_code_by_license on retired_code (license) where license is not null;
create index retired_code_by_key on retired_code (registration_key) where registration_key is not null;

-- The certificates of a license's own changes, when it has no key in whose series they stand.
create table license_series (
  license uuid constraint license_series_pkey primary key constraint license_series_license_fkey references license,
  certificate_number text not null,
  certificate_version integer not null
);
