-- Mail that is owed to somebody: a row written with the effect that it tells of, sent afterwards. What it says is composed when it is
-- sent; codes of any kind are not in it.
create table mail (
  id uuid constraint mail_pkey primary key,
  kind text not null,
  recipient text not null,
  language text not null,
  -- What it tells of: a certificate and version, a sign-in code's row, an account. With kind and recipient it makes two mails the same.
  reference text not null,
  about jsonb not null default '{}',
  status text not null default 'queued',
  attempts integer not null default 0,
  created_at timestamptz not null default now(),
  next_attempt_at timestamptz not null default now(),
  -- A process is sending it until then; and since when the server has it whole, so that whether it took it may not be known.
  claimed_until timestamptz,
  handed_over_at timestamptz,
  ended_at timestamptz,
  -- What the server, or the connection to it, said last.
  fault text,
  constraint mail_once unique (kind, reference, recipient),
  constraint mail_kind_known check (kind in ('certificate', 'sign-in', 'invitation', 'notice')),
  constraint mail_language_known check (language in ('en', 'de', 'ja')),
  constraint mail_status_known check (status in ('queued', 'sent', 'failed')),
  constraint mail_ended_when_not_queued check ((status = 'queued') = (ended_at is null)),
  constraint mail_attempts_counted check (attempts >= 0)
);
create index mail_due on mail (next_attempt_at) where status = 'queued';
create index mail_by_recipient on mail (lower(recipient), id);

-- Who may act for an account. The account's own address is a member without a row, unless a row says that it was removed.
create table member (
  account text not null constraint member_account_fkey references account,
  -- As it is compared: small letters, no blanks.
  address text not null,
  added_at timestamptz not null default now(),
  added_by text not null,
  removed_at timestamptz,
  removed_by text,
  constraint member_pkey primary key (account, address),
  constraint member_address_plain check (address = lower(address)),
  constraint member_removed_by_someone check ((removed_at is null) = (removed_by is null))
);
create index member_by_address on member (address);

-- Six digits that were sent to an address to prove it. Of the digits only a keyed hash is here.
create table sign_in_code (
  id uuid constraint sign_in_code_pkey primary key,
  address text not null,
  purpose text not null,
  -- The session of the browser that asked, and for a merge the account that asked.
  session uuid not null,
  account text,
  hmac bytea not null,
  network text not null,
  mailed boolean not null,
  tries integer not null default 0,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint sign_in_code_purpose_known check (purpose in ('sign-in', 'sign-up', 'merge')),
  constraint sign_in_code_hmac_is_sha256 check (octet_length(hmac) = 32)
);
create index sign_in_code_by_address on sign_in_code (address, created_at);
create index sign_in_code_by_network on sign_in_code (network, created_at);
create index sign_in_code_by_session on sign_in_code (session, created_at);

-- Registration Keys that were tried and are none, by network, to limit guessing.
create table wrong_key_try (
  id uuid constraint wrong_key_try_pkey primary key,
  network text not null,
  at timestamptz not null default now()
);
create index wrong_key_try_by_network on wrong_key_try (network, at);
