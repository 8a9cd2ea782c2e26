import { maskCodesIn } from '#src/domain/masked-codes.ts';
import { writeAudit } from '#src/persistence/audit.ts';
import { inTransaction, type Database } from '#src/persistence/database.ts';
import { markSetAside } from '#src/persistence/rejected-messages.ts';

/** Sets a refused message aside: it waits for nobody any more. @returns false when it was replayed or set aside before, or is not there */
export function setAside(
  database: Database,
  id: string,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<boolean> {
  return inTransaction(database, async (tx) => {
    const told = maskCodesIn(reason);
    if (!(await markSetAside(tx, id, by, told))) return false;
    await writeAudit(tx, {
      by,
      action: 'message-set-aside',
      on: { kind: 'rejected-message', id },
      reason: told,
    });
    return true;
  });
}
