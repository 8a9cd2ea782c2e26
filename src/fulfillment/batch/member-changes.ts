import { languageOfCountry } from '#src/domain/customers/language.ts';
import { nothingOwed, type Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { newId } from '#src/mechanisms/new-id.ts';
import { writeAudit } from '#src/persistence/audit.ts';
import { inTransaction } from '#src/persistence/database.ts';
import { insertMails } from '#src/persistence/mails.ts';
import { addMember, findMembers, removeMember } from '#src/persistence/members.ts';
import { endSessionsOf } from '#src/persistence/web-sessions.ts';

/** Whose member, and which operator changes it: `operator maria`. */
export interface MemberChange {
  readonly account: string;
  /** As it is compared: small letters, no blanks. */
  readonly address: string;
  readonly by: string;
}

/**
 * Makes an address a member of an account, as an operator: an invitation is mailed, and who did it stands in the audit. Safe to repeat.
 * @param account with what the mail says of it
 * @returns false when the address is a member already
 */
export async function inviteMember(
  fulfillment: Fulfillment,
  account: { readonly id: string; readonly company: string; readonly country: string },
  address: string,
  by: string,
): Promise<boolean> {
  const mails = await inTransaction(fulfillment.database, async (tx) => {
    const members = await findMembers(tx, account.id);
    if (members.some((member) => member.address === address)) return undefined;
    if (!(await addMember(tx, account.id, address, by))) return undefined;
    await writeAudit(tx, {
      by,
      action: 'member-invited',
      on: { kind: 'account', id: account.id },
      account: account.id,
      details: { address },
    });
    // Who of the house did it is the house's own business: the mail speaks for the company.
    const about = { account: account.id, company: account.company, by: account.company };
    const language = languageOfCountry(account.country);
    return insertMails(tx, [{ kind: 'invitation', recipient: address, language, reference: newId(), about }]);
  });
  if (mails && mails.length > 0) fulfillment.announce({ ...nothingOwed, mails });
  return mails !== undefined;
}

/** Takes the right to act for an account from an address, as an operator; its sessions end at once. @returns false for no member, or the last */
export function dismissMember(
  fulfillment: Fulfillment,
  { account, address, by }: MemberChange,
): Promise<boolean> {
  return inTransaction(fulfillment.database, async (tx) => {
    if (!(await removeMember(tx, account, address, by))) return false;
    await endSessionsOf(tx, 'member', address);
    await writeAudit(tx, {
      by,
      action: 'member-removed',
      on: { kind: 'account', id: account },
      account,
      details: { address },
    });
    return true;
  });
}
