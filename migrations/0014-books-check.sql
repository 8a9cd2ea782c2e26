-- What the last look at the books found: `chancery reconcile --check` writes it, metrics tell it.
create table books_check (
  only_one boolean constraint books_check_pkey primary key default true constraint books_check_only_one check (only_one),
  checked_at timestamptz not null default now(),
  contradictions integer not null constraint books_check_contradictions_counted check (contradictions >= 0)
);
