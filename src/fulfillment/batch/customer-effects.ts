import { z } from 'zod';
import { maskCode } from '#src/domain/code.ts';
import { languages } from '#src/domain/customers/language.ts';
import type { OpenMessage } from '#src/fulfillment/deciding/decide.ts';
import type { Decided } from '#src/fulfillment/deciding/decided.ts';
import type { Transaction } from '#src/persistence/database.ts';
import { insertMails } from '#src/persistence/mails.ts';
import { addMemberUnlessOwn } from '#src/persistence/members.ts';

/** What the portal says of a registration when it comes: the first line of its history. */
export const portalDetails = z.object({
  /** The proven address of who registers. */
  member: z.string(),
  language: z.enum(languages),
  agreementVersion: z.string().optional(),
  /** The address that the key was ordered for, when it is another one: it is told. */
  orderedFor: z.string().optional(),
});

export type PortalDetails = z.infer<typeof portalDetails>;

/** How histories name the portal. */
export const byPortal = 'portal';

/**
 * What a registration from the portal brings beside its licenses: who registered becomes a member, and the address that the key was
 * ordered for gets a notice (rules §9). Other messages cost no statement.
 * @returns ids of the mails written
 */
export async function writeCustomerEffects(
  tx: Transaction,
  decided: readonly { readonly message: OpenMessage; readonly decision: Decided }[],
): Promise<readonly string[]> {
  const mails: string[] = [];
  for (const { message, decision } of decided) {
    if (message.kind !== 'registration' || decision.status !== 'fulfilled' || !('events' in message))
      continue;
    const [accepted] = message.events;
    if (accepted?.by !== byPortal) continue;
    const { member, language, orderedFor } = portalDetails.parse(accepted.details);
    const facts = decision.certificates[0]?.facts;
    if (!facts || facts.customer.account === null) continue;
    const { account } = facts.customer;
    await addMemberUnlessOwn(tx, account, member, 'registration');
    if (orderedFor === undefined) continue;
    const notice = {
      kind: 'notice',
      recipient: orderedFor,
      language,
      reference: message.id,
      about: {
        account,
        registrationKey: maskCode(message.content.registrationKey),
        orderNumber: facts.orderNumber,
        member,
      },
    } as const;
    mails.push(...(await insertMails(tx, [notice])));
  }
  return mails;
}
