-- What is told of decisions and certificates: written in the transaction that decides, kept for 30 days.
create table event (
  id uuid constraint event_pkey primary key,
  sequence bigint not null constraint event_sequence unique,
  type text not null,
  reseller text,
  -- The message that it is about; null for what is about none.
  message uuid,
  about jsonb not null,
  certificate_number text,
  certificate_version integer,
  made_at timestamptz not null default now(),
  -- Its place in the feed; null until somebody reads on.
  position bigint
);

create index event_without_place on event (sequence) where position is null;
create index event_by_place on event (position) where position is not null;
create index event_of_reseller on event (reseller, position) where position is not null;

create sequence event_position;

-- The last place whose event was removed.
create table event_removed (
  only_one boolean constraint event_removed_pkey primary key default true constraint event_removed_only_one check (only_one),
  position bigint not null
);

insert into event_removed (position) values (0);

-- How far programs of ours have passed events on, by their places in the feed.
create table event_relay (
  name text constraint event_relay_pkey primary key,
  -- The last event that was passed on.
  position bigint not null,
  -- Up to here nothing waits at the other end any more.
  settled bigint not null,
  -- What was written to the other end at the last turn: another value there means that it has lost something since.
  mark text
);

insert into event_relay (name, position, settled) values ('outcomes-queue', 0, 0);

-- Ends of licenses that were told of, by the days before: each once.
create table expiry_told (
  valid_through date not null,
  license uuid not null,
  threshold integer not null,
  constraint expiry_told_pkey primary key (valid_through, license, threshold)
);
