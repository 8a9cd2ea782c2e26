import { statement, type Transaction } from '#src/persistence/database.ts';

/** Ids of the other accounts that belong to the same reseller (or, like this one, to nobody) and share a product family with it. */
export async function findNeighbours(
  tx: Transaction,
  account: string,
  limit: number,
): Promise<readonly string[]> {
  const rows = await statement<{ readonly id: string }>(
    tx,
    `select distinct other.id from account as self
     join license as own on own.account = self.id
     join license as theirs on left(theirs.pid, 6) = left(own.pid, 6) and theirs.account <> self.id
     join account as other on other.id = theirs.account and other.reseller is not distinct from self.reseller
     where self.id = $1 order by other.id limit $2`,
    [account, limit],
  );
  return rows.map(({ id }) => id);
}
