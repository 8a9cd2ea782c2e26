-- The public half of every key that ever signed certificates: they are verified for ever, whatever signs today.
create table certificate_key (
  kid text not null,
  public_key text not null,
  signs_since timestamptz not null default now(),
  constraint certificate_key_pkey primary key (kid),
  constraint certificate_key_32_bytes check (public_key ~ '^[A-Za-z0-9_-]{43}$')
);
