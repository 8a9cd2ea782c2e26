-- Sign-ins of browsers. The token itself is the browser's alone.
create table web_session (
  id uuid not null,
  token_hash bytea not null,
  kind text not null,
  subject text not null,
  credential bytea,
  data jsonb not null default '{}',
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint web_session_pk primary key (id),
  constraint web_session_token unique (token_hash),
  constraint web_session_kind_known check (kind in ('operator', 'member')),
  constraint web_session_token_hashed check (length(token_hash) = 32)
);
create index web_session_by_subject on web_session (kind, subject) where ended_at is null;
create index web_session_by_age on web_session (created_at);

-- Secrets that all processes share, each made when it is first needed.
create table shared_secret (
  name text not null,
  value bytea not null,
  constraint shared_secret_pk primary key (name),
  constraint shared_secret_long_enough check (length(value) >= 32)
);

-- What an operator says of a decision to the inside: resellers never see it.
alter table hold add column note text;
