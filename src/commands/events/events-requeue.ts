import * as field from '#jobs/fields.ts';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { print, printJson } from '#src/commands/terminal/output.ts';
import { withSystem } from '#src/commands/with-system.ts';
import { requeueOutcomes } from '#workers/requeue-outcomes.ts';

/** `chancery events requeue`. Repeating it is safe: what waits on the queue gets no second job. */
export async function runEventsRequeue({
  since,
  json,
}: {
  readonly since: string;
  readonly json?: boolean;
}): Promise<0> {
  const parsed = field.instant.safeParse(since);
  if (!parsed.success)
    throw new CommandError(`--since ${parsed.error.issues[0]?.message ?? 'is no instant'}.`, 2);
  const { queue, events } = await withSystem(async (system) => {
    if (!system.outcomes)
      throw new CommandError('There is no queue of outcomes: set OUTCOMES_QUEUE, and EVENTS to on.');
    const { queue } = system.outcomes;
    return { queue, events: await requeueOutcomes(system, queue, parsed.data) };
  });
  if (json) printJson({ queue, events });
  else
    print(
      events === 0
        ? `No event was written since; nothing is put on ${queue} again.`
        : `A running worker puts ${events} ${events === 1 ? 'event' : 'events'} on ${queue} again, beside those that wait there.`,
    );
  return 0;
}
