import { writeAudit } from '#src/persistence/audit.ts';
import { inTransaction, type Database } from '#src/persistence/database.ts';
import { requeueMail } from '#src/persistence/mails.ts';

/**
 * Has a mail that the server refused sent once more; the next look of a worker finds it.
 * @returns to whom; undefined: it has not failed, may have been taken, or is of no use any more
 */
export function sendMailAgain(database: Database, id: string, by: string): Promise<string | undefined> {
  return inTransaction(database, async (tx) => {
    const to = await requeueMail(tx, id);
    if (to !== undefined)
      await writeAudit(tx, { by, action: 'mail-requeued', on: { kind: 'mail', id }, details: { to } });
    return to;
  });
}
