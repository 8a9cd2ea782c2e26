-- The operators' desk: what an operator may do, who changed what and why, refused messages that nobody will replay.
alter table api_key add column role text;
update api_key set role = 'admin' where holder_kind = 'operator';
alter table api_key
  add constraint api_key_role_known check (role in ('viewer', 'decider', 'admin')),
  add constraint api_key_role_of_operators check ((holder_kind = 'operator') = (role is not null));

-- Every change that a person made. Written with the change; nothing alters or removes a row. Codes do not stand in it.
create table audit (
  id uuid constraint audit_pkey primary key,
  at timestamptz not null default now(),
  actor text not null,
  action text not null,
  subject_kind text not null,
  subject text not null,
  account text,
  reason text,
  details jsonb not null default '{}'
);
create index audit_by_actor on audit (actor, id);
create index audit_by_action on audit (action, id);
create index audit_by_subject on audit (subject, id);
create index audit_by_account on audit (account, id) where account is not null;
create function audit_is_kept() returns trigger language plpgsql as $$
begin
  raise exception 'What stands in the audit stays as it is.' using errcode = 'restrict_violation';
end $$;
create trigger audit_is_kept before update or delete on audit for each row execute function audit_is_kept();
create trigger audit_is_kept_whole before truncate on audit for each statement execute function audit_is_kept();

alter table rejected_message
  add column set_aside_at timestamptz,
  add column set_aside_by text,
  add column set_aside_reason text,
  add constraint rejected_message_set_aside_by_someone check ((set_aside_at is null) = (set_aside_by is null) and (set_aside_at is null) = (set_aside_reason is null));
