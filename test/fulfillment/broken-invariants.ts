import { hasValidCheckSymbol } from '#src/domain/code.ts';
import type { Ledger } from '#test/fulfillment/open-ledger.ts';

/** The invariants of rules §7 that the ledger breaks, with how often; empty when all is well. */
export async function brokenInvariants(ledger: Ledger): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const [name, sql] of Object.entries(offenders)) {
    const { length } = await ledger.query(sql);
    if (length > 0) broken.push(`${name}: ${length}`);
  }
  const codes = await ledger.query<{ readonly code: string }>(
    `select code from registration_key union all select activation_code from license where registration_key is not null`,
  );
  const wrong = codes.filter(({ code }) => !hasValidCheckSymbol(code));
  if (wrong.length > 0) broken.push(`codes with a wrong check symbol: ${wrong.length}`);
  return broken;
}

/** Each selects what offends. */
const offenders = {
  'messages that are accepted and have no ending': `select from message where status = 'accepted'`,
  'messages that ended other than once': `select from message where status in ('fulfilled', 'rejected') and
    (select count(*) filter (where event->>'event' in ('fulfilled', 'rejected')) - count(*) filter (where event->>'event' = 'retried')
     from jsonb_array_elements(events) as event) <> 1`,
  'numbers whose tries do not follow one another, or of which an earlier one was not rejected': `select from (
      select *, lag(id) over tries as before, lead(id) over tries as after, row_number() over tries as place from message
      window tries as (partition by kind, number, reseller order by attempt)) as message
    where attempt <> place or replaces is distinct from before or replaced_by is distinct from after
      or (after is not null and status <> 'rejected')`,
  'messages that were accepted other than once': `select from message where
    (select count(*) from jsonb_array_elements(events) as event where event->>'event' = 'accepted') <> 1`,
  'held messages without an open hold, and the reverse': `select from message full join (select message from hold where decision is null) as open
    on open.message = message.id where (status = 'held') is distinct from (open.message is not null)`,
  'fulfilled messages without their certificate, and the reverse': `select from message full join certificate on certificate.message = message.id
    where (status = 'fulfilled') is distinct from (certificate.message is not null) and message.stated is null`,
  'certificate series with a gap': `select from certificate group by number having count(*) <> max(version)`,
  'keys that are not at the latest version of their certificate': `select from registration_key as key
    where alias_of is null and certificate_version <> (select max(version) from certificate where number = key.certificate_number)`,
  'licenses without a grant': `select from license where not exists (select from license_grant where license = license.id)`,
  'licenses that differ from the fold of their grants': `select from license join lateral
    (select *, count(*) over () as count from license_grant where license = license.id order by number desc limit 1) as last on true
    where (license.seats, license.valid_through, license.grants, license.status, license.edition, license.extended_by, license.anchor)
      is distinct from (last.seats, last.valid_through, last.count, last.license_status, last.license_edition, last.license_extended_by,
        last.license_anchor)`,
  'keys that differ from the fold of their grants': `select from registration_key as key join lateral
    (select * from registration_key_grant where registration_key = key.id order by number desc limit 1) as last on true
    where (key.seats, key.valid_through, key.grants, key.account, key.alias_of, key.anchor, key.suspended, key.ended_on, key.order_number)
      is distinct from (last.seats, last.valid_through, last.number, last.account, last.alias_of, last.anchor, last.suspended,
        last.ended_on, last.order_number)`,
  'grants whose cause is no fulfilled message': `select from license_grant left join hold on hold.id = cause
    left join message on message.id = coalesce(hold.message, cause)
    where cause_kind <> 'import' and message.status is distinct from 'fulfilled'`,
  'accounts with two issued licenses of a family': `select from license where status <> 'merged' and revoked_by is null and registration_key is not null
    group by account, left(pid, 6) having count(*) > 1`,
  'accounts with two active keys of a suite': `select from registration_key where alias_of is null and account is not null and ended_by is null
    group by account, suite having count(*) > 1`,
  'licenses that do not end at one that is not merged': `with recursive chain as (
      select id, merged_into, 0 as steps from license
      union all select chain.id, license.merged_into, steps + 1 from chain join license on license.id = chain.merged_into where steps < 1000
    ) select from license where not exists (select from chain where chain.id = license.id and chain.merged_into is null)`,
  'accounts that do not end at one that is not merged': `with recursive chain as (
      select id, merged_into, 0 as steps from account
      union all select chain.id, account.merged_into, steps + 1 from chain join account on account.id = chain.merged_into where steps < 1000
    ) select from account where not exists (select from chain where chain.id = account.id and chain.merged_into is null)`,
  'aliases of aliases': `select from registration_key as key join registration_key as older on older.id = key.alias_of where older.alias_of is not null`,
  'merged accounts with an active key': `select from account join registration_key as key on key.account = account.id
    where merged_into is not null and alias_of is null`,
};
