insert into reseller (name, license_type) select 'reseller-' || n, 'reseller' from generate_series(0, 9) as n;

insert into account (id, company, contact, email, country, region, reseller)
select 'account-' || n, (array['Alpine', 'Baltic', 'Cedar', 'Delta', 'Ember', 'Fjord', 'Grove', 'Harbor'])[1 + n % 8] || ' ' || n || ' Ltd',
  null, 'it@account-' || n || '.example', 'DE', 'emea', 'reseller-' || n % 10
from generate_series(1, :orders / 4) as n;
insert into account (id, company, email, country, region, reseller) values ('busy', 'Busy Ltd', 'it@busy.example', 'DE', 'emea', 'reseller-1');

insert into suite_snapshot (id, suite, name, components, fingerprint) values (pg_temp.id(0, 1, 'suite'), 'SPC', 'Complete', '[]', sha256('suite'));

-- Of a hundred orders one is held and two are rejected; the last five hundred are open.
insert into message (id, kind, reseller, number, fingerprint, content, account, accepted_at, status, decided_number, decided_at, reason, notes,
  certificate_number, certificate_version, events)
select pg_temp.id(n, :orders, 'order'), 'upgrade-order', 'reseller-' || n % 10, 'PO-' || n, sha256(('order' || n)::bytea),
  jsonb_build_object('reseller', 'reseller-' || n % 10, 'orderNumber', 'PO-' || n, 'placedAt', '2026-11-20T09:30:00Z', 'suite', 'SPC', 'seats', 100,
    'term', 'P1Y', 'startsOn', '2026-11-20', 'keep', '[]'::jsonb, 'allowFewerSeats', false,
    'customer', jsonb_build_object('company', 'Customer ' || n, 'email', 'it@customer-' || n || '.example')
      || case when owner is null then '{}' else jsonb_build_object('account', owner) end),
  owner, made, status, case when status = 'accepted' then null else n end, case when status = 'accepted' then null else made end,
  case when status in ('held', 'rejected') then
    jsonb_build_object('code', (array['UNKNOWN_SUITE', 'AMBIGUOUS_PRODUCT_FAMILY', 'SEATS_BELOW_HOLDING', 'TERM_ALREADY_OVER'])[1 + n % 4],
      'message', 'Because.', 'details', '{}'::jsonb) end,
  '[]', case when status = 'fulfilled' then 'LC-2026-' || (5000000 + n) end, case when status = 'fulfilled' then 1 end,
  jsonb_build_array(jsonb_build_object('at', made, 'event', 'accepted', 'by', 'reseller'))
from generate_series(1, :orders) as n cross join lateral (
  select case when n % 200 = 7 then 'busy' when n % 4 = 0 then 'account-' || n / 4 end as owner, pg_temp.made_at(n, :orders) as made,
    case when n > :orders - 500 then 'accepted' when n % 100 = 0 then 'held' when n % 100 < 3 then 'rejected' else 'fulfilled' end as status
) as of_order;

insert into message (id, kind, reseller, number, fingerprint, content, account, accepted_at, status, decided_number, decided_at, events,
  certificate_number, certificate_version)
select pg_temp.id(n, :orders, kind), kind, 'reseller-' || n % 10, kind || n, sha256((kind || n)::bytea), content, 'account-' || n,
  pg_temp.made_at(n, :orders), 'fulfilled', n, pg_temp.made_at(n, :orders), '[]',
  case when kind <> 'change-request' then 'LC-2027-' || (case kind when 'registration' then 0 else 1 end) || lpad(n::text, 7, '0') end,
  case when kind <> 'change-request' then 1 end
from generate_series(1, :orders / 20) as n cross join lateral (values
  ('registration', jsonb_build_object('registrationKey', 'SP-AAAA-AAAA-AAAA-AAAA', 'account', 'account-' || n, 'acceptedAgreementAt', '2026-11-20T09:30:00Z')),
  ('merge-request', jsonb_build_object('requestNumber', 'merge-request' || n, 'requestedAt', '2026-11-20T09:30:00Z', 'kind', 'service',
    'product', 'WFBS-SVC', 'into', 'account-' || n, 'from', 'account-' || n + 1)),
  ('change-request', jsonb_build_object('requestNumber', 'change-request' || n, 'requestedAt', '2026-11-20T09:30:00Z', 'kind', 'seats',
    'order', 'PO-' || n, 'seats', 100, 'allowFewerSeats', false))) as others (kind, content);

insert into registration_key (id, code, suite, suite_snapshot, account, reseller, order_number, seats, valid_through, certificate_number,
  certificate_version, customer, issued_at)
select pg_temp.id(n, :orders, 'key'), 'SP-' || substr(symbols, 1, 4) || '-' || substr(symbols, 5, 4) || '-' || substr(symbols, 9, 4) || '-' || substr(symbols, 13, 4),
  'SPC', pg_temp.id(0, 1, 'suite'), nullif(account, 'busy'), reseller, number, 100, '2027-11-30', certificate_number, 1, content->'customer', accepted_at
from (select *, substr(number, 4)::bigint as n from message where kind = 'upgrade-order' and status = 'fulfilled' and reseller like 'reseller-%') as sold
cross join lateral (select pg_temp.symbols(n, 16) as symbols) as code;

insert into license (id, activation_code, account, pid, type, edition, status, seats, valid_through, grants)
select pg_temp.id(n * 3 + i, :orders * 3, 'license'),
  'OS-' || substr(symbols, 1, 4) || '-' || substr(symbols, 5, 5) || '-' || substr(symbols, 10, 5) || '-' || substr(symbols, 15, 5) || '-' || substr(symbols, 20, 5) || '-' || substr(symbols, 25, 5),
  owner, pid, 'reseller', 'full', 'active', 100, '2027-11-30', 2
from (
  select n, i, 'account-' || n as owner, (array['100101EN01', '100102EN01', '100201EN01'])[i] as pid
  from generate_series(1, :orders / 4) as n cross join generate_series(1, 3) as i
  union all select :orders + n, 1, 'busy', '100501EN01' from generate_series(1, 300) as n
) as owned cross join lateral (select pg_temp.symbols(n * 3 + i, 29) as symbols) as code;
insert into license_grant (license, number, cause_kind, cause, seats, valid_through, made_at)
select id, number, case number when 1 then 'import' else 'order' end, md5(id::text || number)::uuid, 100, valid_through, now() - interval '3 days' * number
from license cross join generate_series(1, 2) as number where account <> 'acme';

insert into certificate (number, version, message, facts, written_at, rendered_at)
select certificate_number, 1, id, :facts::jsonb || jsonb_build_object('number', certificate_number), accepted_at, accepted_at
from message where certificate_number is not null and reseller like 'reseller-%';

-- Open ones of what is held, and as many decided ones of what is fulfilled as five of a hundred.
insert into hold (id, message, code, text, details, held_at, decision, decided_at, decided_by, reason)
select pg_temp.id(decided_number, :orders, 'hold'), id, coalesce(reason->>'code', 'SEATS_BELOW_HOLDING'), 'It waits for a person.', '{}', accepted_at,
  case when status = 'fulfilled' then 'approved' end, case when status = 'fulfilled' then accepted_at end,
  case when status = 'fulfilled' then 'maria' end, case when status = 'fulfilled' then 'Asked' end
from message where kind = 'upgrade-order' and reseller like 'reseller-%' and (status = 'held' or (status = 'fulfilled' and decided_number % 20 = 3));

insert into rejected_message (id, queue, job_name, code, message, errors, content, fingerprint, last_at, replayed_at)
select pg_temp.id(n, :orders / 100, 'rejected'), 'upgrade-orders', 'upgrade-order.v1', 'INVALID_MESSAGE', 'seats must be a whole number',
  '[{"path": "seats", "message": "must be a whole number"}]', jsonb_build_object('orderNumber', 'PO-BAD-' || n, 'seats', 'many'),
  sha256(('rejected' || n)::bytea), pg_temp.made_at(n, :orders / 100), case when n % 3 > 0 then now() end
from generate_series(1, :orders / 100) as n;

insert into mail (id, kind, recipient, language, reference, about, status, attempts, created_at, ended_at)
select pg_temp.id(n, :orders, 'mail'), 'certificate', 'it@account-' || 1 + n / 4 || '.example', 'de', 'LC-2026-' || (5000000 + n) || ' 1',
  jsonb_build_object('certificate', 'LC-2026-' || (5000000 + n), 'version', 1), case when n % 1000 = 0 then 'failed' else 'sent' end, 1,
  pg_temp.made_at(n, :orders), pg_temp.made_at(n, :orders)
from generate_series(1, :orders) as n;

insert into member (account, address, added_by) select 'account-' || n, 'second@account-' || n || '.example', 'it@account-' || n || '.example'
from generate_series(1, :orders / 4) as n;

insert into audit (id, actor, action, subject_kind, subject, account, reason)
select pg_temp.id(n, greatest(:orders, 300000), 'audit'), 'operator person-' || n % 3, (array['hold-approved', 'hold-rejected', 'code-revealed', 'key-made'])[1 + n % 4],
  'message', md5('audit' || n)::uuid::text, 'account-' || 1 + n % (:orders / 4), 'Asked' from generate_series(1, greatest(:orders, 300000)) as n;

insert into account_move (id, account, from_reseller, to_reseller, moved_by, reason, decided_number)
select pg_temp.id(n, :orders / 100, 'move'), 'account-' || n, 'reseller-1', 'reseller-2', 'operator maria', 'Asked', n from generate_series(1, :orders / 100) as n;

insert into retired_code (code, license, replaced_by, retired_at)
select replace(activation_code, 'OS-', 'OX-'), id, id, now() from license where account like 'account-%' and right(activation_code, 2) = 'AB';

insert into event (id, sequence, type, reseller, message, about, certificate_number, certificate_version, made_at, position)
select pg_temp.id(n, :orders, 'event'), n, 'upgrade_order.fulfilled', reseller, id, '{}', certificate_number, certificate_version, accepted_at, n
from (select *, decided_number as n from message where kind = 'upgrade-order' and status = 'fulfilled' and reseller like 'reseller-%') as told;

-- Everything is told to one endpoint; one in a hundred was given up, and half of those were told later.
insert into webhook_endpoint (id, url, types, secret, created_by)
select pg_temp.id(n, 50, 'endpoint'), 'https://hooks.example/' || n, '{}', '', 'operator maria' from generate_series(1, 50) as n;
insert into delivery (id, event, endpoint, type, message, state, made_at, next_attempt_at, attempts)
select pg_temp.id(sequence * 2 + try, :orders * 2, 'delivery'), id, pg_temp.id(1, 50, 'endpoint'), type, message,
  case when sequence % 100 = 0 and try = 0 then 'failed' when sequence % 1000 = 1 then 'pending' else 'delivered' end, made_at,
  case when sequence % 1000 = 1 then made_at end, '[{"at": "2026-11-20T09:30:00.000Z", "status": 204, "durationMs": 5, "error": null, "answer": ""}]'
from event cross join generate_series(0, 1) as try where try = 0 or sequence % 200 = 0;
