import { z } from 'zod';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { printJson } from '#src/commands/terminal/output.ts';
import { withDatabase } from '#src/commands/with-database.ts';
import { reading } from '#src/persistence/database.ts';
import { findRejectedMessage } from '#src/persistence/rejected-messages.ts';

/** `chancery rejected show ID`: the content, as JSON, ready to be corrected for `rejected replay --content`. */
export async function runRejectedShow(id: string): Promise<0> {
  if (!z.uuid().safeParse(id).success)
    throw new CommandError(`"${id}" is no id; "chancery rejected list" shows them.`, 2);
  const found = await withDatabase(({ database }) => findRejectedMessage(reading(database), id));
  if (!found)
    throw new CommandError(`There is no rejected message ${id}. "chancery rejected list" shows them.`);
  printJson(found.content);
  return 0;
}
