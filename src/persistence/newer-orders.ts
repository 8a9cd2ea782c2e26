import { statement, type Transaction } from '#src/persistence/database.ts';

export interface NewerOrder {
  readonly id: string;
  readonly number: string;
}

/**
 * The latest fulfilled order of the accounts that was accepted after the number, was not returned, and has set something of what is
 * about to be changed: the licenses, by its grants, or the Registration Key of one of the suites.
 */
export async function findNewerOrder(
  tx: Transaction,
  about: {
    readonly acceptedNumber: string;
    readonly accounts: readonly string[];
    readonly suites: readonly string[];
    readonly licenses: readonly string[];
  },
): Promise<NewerOrder | undefined> {
  const rows = await statement<NewerOrder>(
    tx,
    `select message.id, message.number from message
     where account = any($1::text[]) and kind = 'upgrade-order' and status = 'fulfilled' and accepted_number > $2::bigint
       and (content->>'suite' = any($3::text[]) or exists (
         select from license_grant where license = any($4::uuid[])
           and (cause = message.id or cause in (select hold.id from hold where hold.message = message.id))))
       and not exists (select from reversal where reversal.message = message.id)
     order by accepted_number desc limit 1`,
    [about.accounts, about.acceptedNumber, about.suites, about.licenses],
  );
  return rows[0];
}
