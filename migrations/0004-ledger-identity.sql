-- Which ledger this is: queues in a Redis say whose they are by it. A restored backup is the same ledger.
create table ledger_identity (
  id uuid constraint ledger_identity_pkey primary key,
  made_at timestamptz not null default now()
);
create unique index ledger_identity_only_one on ledger_identity ((true));
insert into ledger_identity (id) values (gen_random_uuid());
