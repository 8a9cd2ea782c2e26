import type { Language } from '#src/domain/customers/language.ts';
import { codeTyped, mayBeMailed, signInLimits, type CodePurpose } from '#src/domain/customers/sign-in.ts';
import { nothingOwed, type Fulfillment } from '#src/fulfillment/fulfillment.ts';
import type { CodeSecret } from '#src/mail/code-secret.ts';
import { newId } from '#src/mechanisms/new-id.ts';
import { inTransaction, reading } from '#src/persistence/database.ts';
import { insertMails } from '#src/persistence/mails.ts';
import { findMemberships } from '#src/persistence/members.ts';
import { countRecentCodes, endCode, insertSignInCode, tryCode } from '#src/persistence/sign-in-codes.ts';

export interface CodeRequest {
  readonly purpose: CodePurpose;
  /** As it is compared. */
  readonly address: string;
  /** Id of the browser's session: the code is good there alone. */
  readonly session: string;
  /** For a merge: the account that asks, which the address must not be of alone. */
  readonly account: string | null;
  readonly network: string;
  readonly language: Language;
}

/** Proving addresses by codes that are mailed to them. */
export interface Proving {
  /**
   * Mails a code to the address, unless it is of nobody who may use it or too many were asked for: the caller cannot tell, neither by
   * the answer nor by its time.
   */
  request(request: CodeRequest): Promise<void>;
  /** @returns the address that the digits prove; undefined when they are wrong, too old, of another browser, or tried too often */
  prove(session: string, purpose: CodePurpose, typed: string): Promise<string | undefined>;
}

export function createProving(fulfillment: Fulfillment, secret: CodeSecret): Proving {
  const { database } = fulfillment;
  return {
    async request({ purpose, address, session, account, network, language }) {
      const id = newId();
      const hmac = secret.hmacOf(id, secret.codeOf(id));
      const mails = await inTransaction(database, async (tx) => {
        const memberships = await findMemberships(tx, address);
        const isKnown =
          purpose === 'sign-up' || memberships.some((membership) => membership.account !== account);
        if (!mayBeMailed(await countRecentCodes(tx, address, network))) return [];
        await insertSignInCode(tx, {
          id,
          address,
          purpose,
          session,
          account,
          hmac,
          network,
          mailed: isKnown,
        });
        const mail = {
          kind: 'sign-in',
          recipient: address,
          language,
          reference: id,
          about: { purpose },
        } as const;
        return insertMails(tx, isKnown ? [mail] : []);
      });
      if (mails.length > 0) fulfillment.announce({ ...nothingOwed, mails });
    },
    async prove(session, purpose, typed) {
      const digits = codeTyped(typed);
      if (digits === undefined) return undefined;
      const tx = reading(database);
      const code = await tryCode(tx, session, purpose, signInLimits);
      if (!code || !secret.matches(code.id, digits, code.hmac) || !code.mailed) return undefined;
      return (await endCode(tx, code.id)) ? code.address : undefined;
    },
  };
}
