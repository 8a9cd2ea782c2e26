import { newId } from '#src/mechanisms/new-id.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';

/** An account that an operator moved to another reseller, or to none. */
export interface AccountMoveRow {
  readonly account: string;
  readonly from: string | null;
  readonly to: string | null;
  /** `operator maria` */
  readonly by: string;
  readonly reason: string;
  readonly at: string;
  /** Its place among the decisions for the account. */
  readonly decidedNumber: string;
}

const columns = `account, from_reseller as "from", to_reseller as "to", moved_by as by, reason, moved_at as at,
  decided_number as "decidedNumber"`;

/** Moves the account and records it. The account's lock must be held. */
export async function recordAccountMove(
  tx: Transaction,
  move: Pick<AccountMoveRow, 'account' | 'from' | 'to' | 'by' | 'reason'>,
): Promise<AccountMoveRow> {
  await statement(tx, 'update account set reseller = $2, claimed = false where id = $1', [
    move.account,
    move.to,
  ]);
  const [row] = await statement<AccountMoveRow>(
    tx,
    `insert into account_move (id, account, from_reseller, to_reseller, moved_by, reason, decided_number)
     values ($1, $2, $3, $4, $5, $6, nextval('decision_number')) returning ${columns}`,
    [newId(), move.account, move.from, move.to, move.by, move.reason],
  );
  if (!row) throw new Error('The move of an account was not recorded.');
  return shown(row);
}

/** The account's moves, oldest first. */
export async function findAccountMoves(tx: Transaction, account: string): Promise<readonly AccountMoveRow[]> {
  const rows = await statement<AccountMoveRow>(
    tx,
    `select ${columns} from account_move where account = $1 order by decided_number`,
    [account],
  );
  return rows.map(shown);
}

function shown(row: AccountMoveRow): AccountMoveRow {
  return { ...row, at: new Date(row.at).toISOString() };
}
