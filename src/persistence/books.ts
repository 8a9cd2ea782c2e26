import { statement, type Transaction } from '#src/persistence/database.ts';
import { foldChecks } from '#src/persistence/fold-checks.ts';

/** How many messages were accepted and what became of them (rules §7: accepted = fulfilled + rejected + held + open). */
export interface Books {
  readonly accepted: number;
  readonly fulfilled: number;
  readonly rejected: number;
  readonly held: number;
  readonly open: number;
  /** Age of the oldest message that is open, in seconds; null when none is. */
  readonly oldestOpenSeconds: number | null;
  readonly certificatesWithoutPdf: number;
  /** What contradicts the guarantees, by name; empty when the books balance. */
  readonly contradictions: readonly Contradiction[];
}

export interface Contradiction {
  readonly check: string;
  readonly count: number;
}

/** Counts only; cheap enough for metrics. */
export async function countBooks(tx: Transaction): Promise<Omit<Books, 'contradictions'>> {
  const [row] = await statement<Omit<Books, 'contradictions'>>(
    tx,
    `select count(*)::integer as accepted,
       count(*) filter (where status = 'fulfilled')::integer as fulfilled,
       count(*) filter (where status = 'rejected')::integer as rejected,
       count(*) filter (where status = 'held')::integer as held,
       count(*) filter (where status = 'accepted')::integer as open,
       extract(epoch from now() - min(accepted_at) filter (where status = 'accepted'))::float8 as "oldestOpenSeconds",
       (select count(*)::integer from certificate where rendered_at is null) as "certificatesWithoutPdf"
     from message`,
  );
  if (!row) throw new Error('PostgreSQL did not count.');
  return row;
}

/** Counts, and looks for everything in the whole ledger that contradicts the guarantees. Reads every table once. */
export async function auditBooks(tx: Transaction): Promise<Books> {
  const counts = await countBooks(tx);
  const rows = await statement<Contradiction>(
    tx,
    checks
      .map(([check, sql]) => `select '${check}' as check, (${sql})::integer as count`)
      .join(' union all '),
  );
  const contradictions = rows.filter(({ count }) => count > 0);
  const sum = counts.fulfilled + counts.rejected + counts.held + counts.open;
  return {
    ...counts,
    contradictions:
      sum === counts.accepted
        ? contradictions
        : [
            { check: 'accepted messages without a known state', count: counts.accepted - sum },
            ...contradictions,
          ],
  };
}

const checks: readonly (readonly [string, string])[] = [
  ...foldChecks,
  [
    'held messages without an open hold, or open holds of messages that are not held',
    `select count(*) from message full join (select message as id from hold where decision is null) as open using (id)
     where (message.status = 'held') is distinct from (open.id is not null)`,
  ],
  [
    'fulfilled messages without their certificate',
    `select count(*) from message left join certificate on certificate.message = message.id
       and certificate.number = message.certificate_number and certificate.version = message.certificate_version
     where message.status = 'fulfilled' and certificate.number is null and message.stated is null`,
  ],
  [
    'certificates of messages that are not fulfilled',
    `select count(*) from certificate join message on message.id = certificate.message where message.status <> 'fulfilled'`,
  ],
  [
    'certificates whose versions have a gap',
    `select count(*) from (select number from certificate group by number having max(version) <> count(*)) as series`,
  ],
  [
    'grants of messages that are not fulfilled',
    `select count(*) from license_grant join message on message.id = license_grant.cause where message.status <> 'fulfilled'`,
  ],
  [
    'merged licenses whose survivor was merged in a circle',
    `with recursive chain as (
       select id as start, merged_into as at from license where merged_into is not null
       union
       select chain.start, license.merged_into from chain join license on license.id = chain.at where license.merged_into is not null
     ) select count(*) from chain where start = at`,
  ],
  [
    'accounts merged in a circle',
    `with recursive chain as (
       select id as start, merged_into as at from account where merged_into is not null
       union
       select chain.start, account.merged_into from chain join account on account.id = chain.at where account.merged_into is not null
     ) select count(*) from chain where start = at`,
  ],
  [
    'Registration Keys that are aliases of aliases',
    `select count(*) from registration_key as alias join registration_key as older on older.id = alias.alias_of where older.alias_of is not null`,
  ],
  [
    'rendered certificates without their PDF',
    `select count(*) from certificate left join certificate_pdf using (number, version)
     where certificate.rendered_at is not null and certificate_pdf.number is null`,
  ],
];
