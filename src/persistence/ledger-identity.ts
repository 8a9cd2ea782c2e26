import { statement, type Transaction } from '#src/persistence/database.ts';

/** Which ledger a database is; a restored backup is the same one. */
export async function readLedgerIdentity(
  tx: Transaction,
): Promise<{ readonly id: string; readonly isEmpty: boolean }> {
  const [row] = await statement<{ readonly id: string; readonly isEmpty: boolean }>(
    tx,
    `select id, not exists (select from message) as "isEmpty" from ledger_identity`,
  );
  if (!row) throw new Error('The ledger has no identity: its table ledger_identity was emptied.');
  return row;
}
