-- Ids as the product makes them: the moment first. The n-th of so many, spread over the last forty days.
create function pg_temp.made_at(n bigint, of_all bigint) returns timestamptz language sql stable as
  $$ select now() - interval '40 days' + n * (interval '40 days' / of_all) $$;
create function pg_temp.id(n bigint, of_all bigint, salt text) returns uuid language sql stable as $$
  select (lpad(to_hex((extract(epoch from pg_temp.made_at(n, of_all)) * 1000)::bigint), 12, '0')
    || '7' || substr(md5(salt || n), 1, 3) || '8' || substr(md5(salt || n), 4, 15))::uuid $$;
-- Ten of the symbols of codes stand for the digits of a number.
create function pg_temp.symbols(n bigint, long int) returns text language sql immutable as
  $$ select translate(lpad(n::text, long, '0'), '0123456789', 'ABCDEFGHJK') $$;
