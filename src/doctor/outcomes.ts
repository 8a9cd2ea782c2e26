import { queueNames } from '#jobs/queues.ts';
import type { Configuration } from '#src/configuration.ts';
import { ok, problem, warning, type DoctorFinding } from '#src/doctor/finding.ts';
import { reading, type Database } from '#src/persistence/database.ts';
import { outcomesRelay, waitingToRelay } from '#src/persistence/event-relay.ts';

/** An event that waits for longer is not merely on its way. */
const longSeconds = 300;

/** Looks whether events come onto the queue of outcomes, where one is named. */
export async function examineOutcomes(
  database: Database,
  { outcomesQueue, events, publicUrl }: Configuration,
): Promise<readonly DoctorFinding[]> {
  if (outcomesQueue === undefined) return [];
  const name = 'Outcomes queue';
  if (queueNames.some((own) => own === outcomesQueue))
    return [
      problem(
        'outcomes-queue-ours',
        name,
        `${outcomesQueue} is one of our own queues`,
        'Set OUTCOMES_QUEUE to another name.',
      ),
    ];
  if (events === 'off')
    return [
      warning(
        'events-off',
        name,
        'nothing is put on it, since EVENTS is off',
        'Set EVENTS to on, or unset OUTCOMES_QUEUE.',
      ),
    ];
  const findings: DoctorFinding[] = [];
  if (publicUrl === undefined)
    findings.push(
      warning(
        'public-url-unset',
        name,
        'events tell addresses of this machine, since PUBLIC_URL is not set',
        'Set PUBLIC_URL to the address by which others reach this server.',
      ),
    );
  const seconds = await waitingToRelay(reading(database), outcomesRelay);
  if (seconds > longSeconds)
    findings.push(
      warning(
        'outcomes-wait',
        name,
        `an event has waited ${Math.round(seconds / 60)} minutes to be put on it`,
        'Start a worker; if one runs, see "Outcomes are not queued" in docs/runbook.md.',
      ),
    );
  return findings.length > 0 ? findings : [ok(name, `every event is on ${outcomesQueue}`)];
}
