/**
 * What licenses and keys are is the fold of their grants (rules §7). Each grant says what was there after it, so that the last one tells
 * what there is; that the ones before are what happened, their messages' documents tell, which state each license before and after.
 */
export const foldChecks: readonly (readonly [string, string])[] = [
  [
    'licenses whose seats or date are not those of their last grant',
    `select count(*) from license left join license_grant on license_grant.license = license.id and license_grant.number = license.grants
     where license_grant.license is null or license_grant.seats <> license.seats or license_grant.valid_through <> license.valid_through`,
  ],
  [
    'licenses whose status, edition, keys or anchor are not those of their last grant',
    `select count(*) from license join license_grant on license_grant.license = license.id and license_grant.number = license.grants
     where license_status is not null and (license.status, license.edition, license.extended_by, license.anchor)
       is distinct from (license_status, license_edition, license_extended_by, license_anchor)`,
  ],
  [
    'licenses whose grants have a gap',
    `select count(*) from (select license.id from license left join license_grant on license_grant.license = license.id
       group by license.id having count(license_grant.license) <> license.grants or max(number) <> license.grants) as gaps`,
  ],
  [
    'grants that say something else than the document of their message',
    `select count(*) from (${stated()}) as line
     join license_grant as grants on grants.license = line.license and grants.cause = line.cause
     left join license_grant as before on before.license = grants.license and before.number = grants.number - 1
     where (grants.seats, grants.valid_through) is distinct from (line.seats, line.valid_through)
       or grants.license_status <> line.status
       or (before.seats, before.valid_through) is distinct from (line.previous_seats, line.previously_valid_through)
         and before.license is not null and line.previous_seats is not null`,
  ],
  [
    'Registration Keys that are not what their last grant says',
    `select count(*) from registration_key as key left join registration_key_grant as last
       on last.registration_key = key.id and last.number = key.grants
     where (key.grants > 1 or last.registration_key is not null)
       and (key.account, key.order_number, key.seats, key.starts_on, key.valid_through, key.anchor, key.alias_of, key.suspended, key.ended_on)
       is distinct from (last.account, last.order_number, last.seats, last.starts_on, last.valid_through, last.anchor, last.alias_of,
         last.suspended, last.ended_on)`,
  ],
  [
    'Registration Keys that nothing has changed, and that are not what their certificates say',
    `select count(*) from registration_key as key where grants = 1 and alias_of is null
       and not exists (select from registration_key as alias where alias.alias_of = key.id)
       and not exists (select from certificate where number = key.certificate_number and facts->>'kind' = 'upgrade'
         and (facts->>'seats')::integer = key.seats and (facts->>'validThrough')::date = key.valid_through)`,
  ],
  [
    'Registration Keys whose grants have a gap',
    `select count(*) from (select key.id from registration_key as key left join registration_key_grant as grants
         on grants.registration_key = key.id and grants.number > 1
       group by key.id having count(grants.number) <> key.grants - 1 or max(grants.number) <> key.grants) as gaps`,
  ],
  [
    'changes of Registration Keys that are not what the certificate of their message says',
    `select count(*) from registration_key_grant as grants join registration_key as key on key.id = grants.registration_key
     left join hold on hold.id = grants.cause
     join certificate on certificate.message = coalesce(hold.message, grants.cause) and certificate.number = key.certificate_number
     where facts->>'registrationKey' is not null and (grants.seats, grants.valid_through)
       is distinct from ((facts->>'seats')::integer, (facts->>'validThrough')::date)`,
  ],
];

/** Every license that a document of a fulfilled message names, with the causes under which the message stands in grants. */
function stated(): string {
  return `
    select cause.id as cause, code.license, (line->>'seats')::integer as seats, (line->>'validThrough')::date as valid_through,
      (line->>'previousSeats')::integer as previous_seats, (line->>'previouslyValidThrough')::date as previously_valid_through,
      case line->>'action' when 'revoked' then 'revoked' when 'suspended' then 'suspended' when 'retained' then 'active'
        when 'of a merge' then 'merged' end as status
    from (
      select message, facts from certificate
      union all select id, stated from message where stated is not null
    ) as document
    cross join lateral jsonb_array_elements(
      coalesce(facts->'lines', '[]') || coalesce(facts->'restored', '[]')
      || case when facts ? 'survivor' then jsonb_build_array(facts->'survivor') else '[]' end
      || coalesce((select jsonb_agg(one || '{"action": "of a merge"}') from jsonb_array_elements(facts->'merged') as one), '[]')) as line
    join (
      select activation_code as code, id as license from license
      union all select code, license from retired_code where license is not null
    ) as code on code.code = line->>'activationCode'
    join (
      select id, id as message from message where status = 'fulfilled'
      union all select id, message from hold where decision = 'approved'
    ) as cause on cause.message = document.message
    where line->>'action' is distinct from 'unchanged'`;
}
