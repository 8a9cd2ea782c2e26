import { userInfo } from 'node:os';
import { z } from 'zod';
import * as field from '#jobs/fields.ts';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { print, printJson } from '#src/commands/terminal/output.ts';
import { withLedger } from '#src/commands/with-ledger.ts';
import { moveAccount } from '#src/fulfillment/batch/move-account.ts';

interface Options {
  readonly reseller?: string;
  readonly nobody?: boolean;
  readonly reason: string;
  readonly by?: string;
  readonly json?: boolean;
}

const checked = z.object({ account: field.accountId, reason: field.line(1000), by: field.resellerName });

/** `chancery account move NAME --reseller R --reason …`. */
export async function runAccountMove(
  name: string,
  { reseller, nobody = false, reason, by = userInfo().username, json }: Options,
): Promise<0> {
  if ((reseller === undefined) !== nobody)
    throw new CommandError('Say whose it becomes: --reseller NAME, or --nobody.', 2);
  const parsed = checked.safeParse({ account: name, reason, by });
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${String(path[0])} ${message}`);
    throw new CommandError(`It cannot be moved like this: ${faults.join('; ')}.`, 2);
  }
  const { account, ...why } = parsed.data;
  const moved = await withLedger((fulfillment) =>
    moveAccount(fulfillment, account, reseller ?? null, { by: `operator ${why.by}`, reason: why.reason }),
  );
  if (moved.outcome === 'refused') throw new CommandError(moved.reason.message);
  const whose = (owner: string | null) => (owner === null ? 'nobody' : `the reseller "${owner}"`);
  if (moved.outcome === 'unchanged') {
    if (json) printJson({ account, reseller: moved.reseller, previousReseller: moved.reseller });
    else print(`The account "${account}" belongs to ${whose(moved.reseller)} already.`);
    return 0;
  }
  const { from, to, at } = moved.move;
  if (json)
    printJson({
      account,
      reseller: to,
      previousReseller: from,
      by: moved.move.by,
      reason: why.reason,
      movedAt: at,
    });
  else print(`The account "${account}" belongs to ${whose(to)} now; before, to ${whose(from)}.`);
  return 0;
}
