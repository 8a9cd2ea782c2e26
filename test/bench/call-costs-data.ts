import { inTransaction, statement, type Database } from '#src/persistence/database.ts';

export const busyOrder = '0199c0de-0000-7000-8000-000000000001';

/** The codes that `fill` gives: ten of the alphabet's symbols say the number. */
export const code = (n: number) => {
  const digits = Array.from(n.toString(10).padStart(10, '0'))
    .map((digit) => 'ABCDEFGHJK'.charAt(Number(digit)))
    .join('');
  return `WF-AAAA-AAAAA-AAAAA-AAAAA-${digits.slice(0, 5)}-${digits.slice(5)}`;
};

/**
 * An account with `size` licenses of one product, as many accounts with a service, as many orders, each held; an account with a license
 * and an order that were changed as often.
 */
export async function fill(database: Database, size: number): Promise<void> {
  await inTransaction(database, async (tx) => {
    const rows: readonly (readonly [string, readonly unknown[]])[] = [
      [
        `insert into account (id, company, email, country, region, reseller)
         values ('large', 'Large', 'l@l.example', 'DE', 'emea', 'bench')`,
        [],
      ],
      [
        `insert into license (id, activation_code, account, pid, type, edition, status, seats, valid_through, grants)
         select gen_random_uuid(), code, 'large', '100501EN01', 'retail', 'full', 'active', 10, current_date + 300, 1
         from unnest($1::text[]) as code`,
        [Array.from({ length: size }, (_, i) => code(i + 1))],
      ],
      [
        `insert into license_grant (license, number, cause_kind, cause, seats, valid_through, made_at)
         select id, 1, 'import', gen_random_uuid(), seats, valid_through, now() from license`,
        [],
      ],
      [
        `insert into account (id, company, email, country, region, reseller)
         select 'small-' || n, 'Small', 's@s.example', 'DE', 'emea', 'bench' from generate_series(1, $1::int) as n`,
        [size],
      ],
      [
        `insert into license (id, activation_code, account, pid, type, edition, status, seats, valid_through, grants)
         select gen_random_uuid(), replace(code, 'WF', 'WS'), 'small-' || n, '100502EN01', 'retail', 'full', 'active', 10, current_date + 300, 1
         from unnest($1::text[]) with ordinality as codes (code, n)`,
        [Array.from({ length: size }, (_, i) => code(i + 1))],
      ],
      [
        `insert into message (id, kind, reseller, number, fingerprint, content, account, accepted_at, status, decided_number,
           decided_at, reason, events)
         select gen_random_uuid(), 'upgrade-order', 'bench', 'PO-' || n, sha256(('PO-' || n)::bytea), '{}', 'large', now(), 'held',
           n, now(), '{"code": "SEATS_BELOW_HOLDING", "message": "fewer", "details": {}}', '[]'
         from generate_series(1, $1::int) as n`,
        [size],
      ],
      [
        `insert into message (id, kind, reseller, number, fingerprint, content, account, accepted_at, status, reason, decided_number,
           decided_at, events)
         select $2::uuid, 'upgrade-order', 'bench', 'PO-busy', sha256('busy'), '{}', 'busy', now(), 'rejected',
           '{"code": "UNKNOWN_SUITE", "message": "unknown", "details": {}}', $1::int + 1, now(),
           (select jsonb_agg(jsonb_build_object('at', now(), 'event', 'retried', 'by', 'reseller bench')) from generate_series(1, $1::int))`,
        [size, busyOrder],
      ],
      [
        `insert into hold (id, message, code, text, details, held_at)
         select gen_random_uuid(), id, 'SEATS_BELOW_HOLDING', 'fewer', '{}', now() from message where status = 'held'`,
        [],
      ],
      [
        `insert into account (id, company, email, country, region, reseller)
         values ('busy', 'Busy', 'b@b.example', 'DE', 'emea', 'bench')`,
        [],
      ],
      [
        `with one as (insert into license (id, activation_code, account, pid, type, edition, status, seats, valid_through, grants)
           values (gen_random_uuid(), $2, 'busy', '100501EN01', 'retail', 'full', 'active', 10, current_date + 300, $1::int) returning id)
         insert into license_grant (license, number, cause_kind, cause, seats, valid_through, made_at)
         select id, n, 'change', gen_random_uuid(), 10, current_date + 300, now() from one, generate_series(1, $1::int) as n`,
        [size, code(9_999_999)],
      ],
      ['analyze', []],
    ];
    for (const [sql, parameters] of rows) await statement(tx, sql, parameters);
  });
}
