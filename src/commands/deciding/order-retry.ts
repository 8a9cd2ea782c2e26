import { userInfo } from 'node:os';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { print, printJson } from '#src/commands/terminal/output.ts';
import { withSystem } from '#src/commands/with-system.ts';
import { plainIdentifier } from '#src/domain/typed-text.ts';
import { retryMessage, whyNotRetried } from '#src/fulfillment/batch/retry-message.ts';
import { reading } from '#src/persistence/database.ts';
import { findOutcomes } from '#src/persistence/outcomes.ts';

/** More tries and resellers than these do not share one order number. */
const mostOfOneNumber = 1000;

interface Options {
  readonly reseller?: string;
  readonly by?: string;
  readonly json?: boolean;
}

/** `chancery order retry NUMBER`: the last try of the number, when it was rejected. */
export async function runOrderRetry(
  typed: string,
  { reseller, by = userInfo().username, json }: Options,
): Promise<0> {
  const number = plainIdentifier(typed);
  const { id, isEnqueued } = await withSystem(async ({ fulfillment, queues }) => {
    const tx = reading(fulfillment.database);
    const rows = await findOutcomes(tx, { kind: 'upgrade-order', number, reseller }, mostOfOneNumber);
    const [last, ...others] = rows.filter(({ message }) => message.replacedBy === null);
    if (!last) throw new CommandError(`There is no order "${number}".`);
    if (others.length > 0)
      throw new CommandError(
        `Several resellers have an order "${number}". Say which one you mean with --reseller NAME.`,
        2,
      );
    const retry = await retryMessage(fulfillment, last.message.id, `operator ${by}`);
    if (retry.outcome === 'unknown') throw new CommandError(`There is no order "${number}".`);
    if (retry.outcome === 'not-rejected')
      throw new CommandError(`The order "${number}" cannot be retried. ${whyNotRetried(retry)}`);
    const isEnqueued = await queues.enqueueRecorded('upgrade-order', [retry.id], true).then(
      () => true,
      () => false,
    );
    return { id: retry.id, isEnqueued };
  });
  if (json) printJson({ id, status: 'accepted' });
  else
    print(
      `The order "${number}" is open again; ${isEnqueued ? 'a worker will decide it.' : 'the queue server is away, and a worker will find it within half a minute.'}`,
    );
  return 0;
}
