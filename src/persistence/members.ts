import { statement, type Transaction } from '#src/persistence/database.ts';

/** Who may act for an account (rules §9). */
export interface MemberRow {
  readonly address: string;
  /** Null for the account's own address, which is a member from the start. */
  readonly addedAt: string | null;
  readonly addedBy: string | null;
}

/** An account that an address may act for. */
export interface MembershipRow {
  readonly account: string;
  readonly company: string;
  readonly mergedInto: string | null;
}

/** The accounts that the address may act for, by name. @param address as it is compared */
export async function findMemberships(tx: Transaction, address: string): Promise<readonly MembershipRow[]> {
  return statement(
    tx,
    `select account.id as account, company, merged_into as "mergedInto" from (
       select account as id from member where address = $1 and removed_at is null
       union
       select id from account where lower(email) = $1
         and not exists (select from member where member.account = account.id and member.address = $1 and removed_at is not null)
     ) as mine join account using (id) order by account.id limit 200`,
    [address],
  );
}

/** Everybody who may act for the account: its own address first, then by address. */
export async function findMembers(tx: Transaction, account: string): Promise<readonly MemberRow[]> {
  const rows = await statement<MemberRow>(
    tx,
    `select lower(email) as address, null as "addedAt", null as "addedBy", 0 as place from account
     where id = $1 and not exists (select from member where member.account = account.id and member.address = lower(email))
     union all
     select address, added_at, added_by, 1 from member where account = $1 and removed_at is null
     order by place, address`,
    [account],
  );
  return rows.map((row) => ({
    address: row.address,
    addedAt: row.addedAt === null ? null : new Date(row.addedAt).toISOString(),
    addedBy: row.addedBy,
  }));
}

/** Makes the address a member; one who was removed becomes one again. Safe to repeat. @returns whether it was none before */
export async function addMember(
  tx: Transaction,
  account: string,
  address: string,
  by: string,
): Promise<boolean> {
  const rows = await statement(
    tx,
    `insert into member (account, address, added_by) values ($1, $2, $3)
     on conflict on constraint member_pkey do update set added_at = now(), added_by = $3, removed_at = null, removed_by = null
     where member.removed_at is not null returning address`,
    [account, address, by],
  );
  return rows.length === 1;
}

/** The same, for an address that proved its right by registering; the account's own address needs no row unless it was removed. */
export async function addMemberUnlessOwn(
  tx: Transaction,
  account: string,
  address: string,
  by: string,
): Promise<void> {
  await statement(
    tx,
    `insert into member (account, address, added_by)
     select $1, $2, $3 where not exists (select from account where id = $1 and lower(email) = $2)
     on conflict on constraint member_pkey do update set added_at = now(), added_by = $3, removed_at = null, removed_by = null
     where member.removed_at is not null`,
    [account, address, by],
  );
}

/**
 * Takes the right to act for the account from the address; also from the account's own. The last member stays.
 * @returns false when there is no such member, or it is the last one
 */
export async function removeMember(
  tx: Transaction,
  account: string,
  address: string,
  by: string,
): Promise<boolean> {
  // Of two who remove each other at the same time one is told that there is nobody else.
  await statement(tx, 'select from account where id = $1 for update', [account]);
  const members = await findMembers(tx, account);
  if (members.length < 2 || !members.some((member) => member.address === address)) return false;
  await statement(
    tx,
    `insert into member (account, address, added_by, removed_at, removed_by) values ($1, $2, $3, now(), $3)
     on conflict on constraint member_pkey do update set removed_at = now(), removed_by = $3`,
    [account, address, by],
  );
  return true;
}
