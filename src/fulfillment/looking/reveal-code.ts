import { maskCode } from '#src/domain/code.ts';
import { writeAudit } from '#src/persistence/audit.ts';
import { inTransaction, reading, type Database } from '#src/persistence/database.ts';
import { findCodeOf } from '#src/persistence/desk-accounts.ts';

/**
 * The code of one license or Registration Key of the account, in full; who asked for it, and why, is written down first. Undefined when
 * the account has no such thing.
 * @param by `operator maria`
 */
export function revealCode(
  database: Database,
  account: string,
  id: string,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<string | undefined> {
  return inTransaction(database, async (tx) => {
    const code = await findCodeOf(tx, account, id);
    if (code === undefined) return undefined;
    await writeAudit(tx, {
      by,
      action: 'code-revealed',
      on: { kind: 'code', id },
      account,
      reason,
      details: { code: maskCode(code) },
    });
    return code;
  });
}

/** Writes down that the Registration Key of a message is shown in full, to whom and why; before it is. @param by `operator maria` */
export function revealKeyOf(
  database: Database,
  message: { readonly id: string; readonly account: string | null },
  key: string,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<void> {
  return writeAudit(reading(database), {
    by,
    action: 'code-revealed',
    on: { kind: 'message', id: message.id },
    account: message.account,
    reason,
    details: { code: maskCode(key) },
  });
}
