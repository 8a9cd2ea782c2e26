-- Files of drop folders, and what became of each of their rows. The rows of a file are kept until nothing of it can change any more.
create table feed_file (
  id uuid constraint feed_file_pkey primary key,
  folder uuid not null,
  reseller text not null constraint feed_file_reseller_fkey references reseller (name),
  name text not null,
  work_name text not null,
  state text not null constraint feed_file_state_known check (state in ('importing', 'imported', 'waiting', 'told', 'ended')),
  -- Who works on it, and until when others leave it alone, by this server's clock.
  holder uuid,
  leased_until timestamptz,
  reference text constraint feed_file_reference_known check (reference in ('orderNumber', 'requestNumber')),
  is_refused boolean not null default false,
  result_name text,
  kept_name text,
  outcomes_name text,
  taken_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint feed_file_leased check ((holder is null) = (leased_until is null)),
  constraint feed_file_named check (state in ('importing', 'imported') or (result_name is not null and kept_name is not null)),
  constraint feed_file_ended check ((state = 'ended') = (ended_at is not null))
);
create unique index feed_file_one_in_work on feed_file (folder, reseller, work_name) where state in ('importing', 'imported');
create index feed_file_unended on feed_file (folder, reseller) where state <> 'ended';
create index feed_file_old on feed_file (ended_at) where state = 'ended';

create table feed_file_row (
  file uuid not null constraint feed_file_row_file_fkey references feed_file (id) on delete cascade,
  row integer not null constraint feed_file_row_counted check (row >= 0),
  reference text not null,
  result text not null constraint feed_file_row_result_known check (result in ('accepted', 'repeat', 'conflict', 'invalid')),
  message uuid constraint feed_file_row_message_fkey references message (id),
  note text,
  -- Stood as held when the outcomes were last written.
  was_held boolean not null default false,
  constraint feed_file_row_pkey primary key (file, row),
  constraint feed_file_row_recorded check ((message is null) = (result = 'invalid'))
);
create index feed_file_row_held on feed_file_row (file) where was_held;
