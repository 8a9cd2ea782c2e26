import { statement, type Transaction } from '#src/persistence/database.ts';

/** Where all accepted messages stand, and what belongs to those that ended or are held. */
export interface Balance {
  readonly accepted: number;
  readonly fulfilled: number;
  readonly rejected: number;
  readonly held: number;
  readonly open: number;
  readonly oldestOpenAt: string | null;
  readonly openHolds: number;
  readonly certificates: number;
  readonly certificatesWithoutPdf: number;
}

/** Counts everything in one statement, so that nothing moves between the counts. */
export async function readBalance(tx: Transaction): Promise<Balance> {
  const [balance] = await statement<Balance>(
    tx,
    `select count(*)::integer as accepted,
       count(*) filter (where status = 'fulfilled')::integer as fulfilled,
       count(*) filter (where status = 'rejected')::integer as rejected,
       count(*) filter (where status = 'held')::integer as held,
       count(*) filter (where status = 'accepted')::integer as open,
       min(accepted_at) filter (where status = 'accepted') as "oldestOpenAt",
       (select count(*)::integer from hold where decision is null) as "openHolds",
       (select count(*)::integer from certificate) as certificates,
       (select count(*)::integer from certificate where rendered_at is null) as "certificatesWithoutPdf"
     from message`,
  );
  if (!balance) throw new Error('PostgreSQL did not count.');
  return balance;
}

/** Licensing §7.1: every message ended once, is held, or is open; a fulfilled one has its certificate, a held one its hold. */
export function imbalances(balance: Balance): readonly string[] {
  const { accepted, fulfilled, rejected, held, open, openHolds, certificates } = balance;
  return [
    ...(accepted === fulfilled + rejected + held + open
      ? []
      : [`${accepted} accepted, but ${fulfilled + rejected + held + open} accounted for`]),
    ...(held === openHolds ? [] : [`${held} held, but ${openHolds} holds wait for a person`]),
    ...(fulfilled === certificates
      ? []
      : [`${fulfilled} fulfilled, but ${certificates} certificate versions`]),
  ];
}
