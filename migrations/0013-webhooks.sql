-- Webhooks (contract §10): who is told, and each telling.
create table webhook_endpoint (
  id uuid constraint webhook_endpoint_pkey primary key,
  -- Null: the operators', which hears everything.
  reseller text constraint webhook_endpoint_reseller_fkey references reseller,
  url text not null,
  -- Empty: all.
  types text[] not null,
  enabled boolean not null default true,
  -- Sealed. The earlier one signs, too, until then.
  secret bytea not null,
  previous_secret bytea,
  previous_until timestamptz,
  rotated_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  created_by text not null,
  -- What happened before is told when somebody asks for it.
  hears_since timestamptz not null default now(),
  -- Since when every attempt has failed.
  failing_since timestamptz,
  disabled_at timestamptz,
  disabled_because text,
  removed_at timestamptz,
  constraint webhook_endpoint_disabled_why check (
    enabled = (disabled_at is null) and enabled = (disabled_because is null)
  ),
  constraint webhook_endpoint_disabled_because_known check (
    disabled_because in ('BY_OWNER', 'GONE', 'ONLY_FAILURES')
  ),
  constraint webhook_endpoint_previous_ends check ((previous_secret is null) = (previous_until is null))
);
create index webhook_endpoint_of_reseller on webhook_endpoint (reseller, id) where removed_at is null;

create table delivery (
  id uuid constraint delivery_pkey primary key,
  event uuid not null,
  endpoint uuid not null constraint delivery_endpoint_fkey references webhook_endpoint,
  type text not null,
  -- That the event tells of; null when it tells of none.
  message uuid,
  -- Of what stands in no feed; null: the event says it.
  body jsonb,
  state text not null default 'pending',
  made_at timestamptz not null default now(),
  next_attempt_at timestamptz default now(),
  claimed_until timestamptz,
  attempts jsonb not null default '[]',
  constraint delivery_state_known check (state in ('pending', 'delivered', 'failed', 'cancelled')),
  constraint delivery_attempted_while_pending check ((state = 'pending') = (next_attempt_at is not null))
) with (fillfactor = 80);
create index delivery_due on delivery (endpoint, next_attempt_at, id) where state = 'pending';
create index delivery_of_endpoint on delivery (endpoint, id);
create index delivery_of_event on delivery (event, endpoint);
create index delivery_of_message on delivery (message) where message is not null;
create index delivery_not_told on delivery (state, endpoint, id) where state in ('failed', 'cancelled');

-- How far events have become deliveries, by their places in the feed.
create table webhook_relay (
  only_one boolean constraint webhook_relay_pkey primary key default true constraint webhook_relay_only_one check (only_one),
  position bigint not null
);
insert into webhook_relay (position) values (0);
