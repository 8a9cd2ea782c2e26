import { setTimeout as delay } from 'node:timers/promises';
import { ok, problem, type DoctorFinding } from '#src/doctor/finding.ts';
import { reading, type Database } from '#src/persistence/database.ts';
import { countLongOpen, lastDecision } from '#src/persistence/open-work.ts';

/** What takes longer than this has been left. */
const longSeconds = 60;

/** A worker that has work decides several times in this. */
const lookMs = 3000;

/** What is owed and not done: every server may answer, and nothing come of it. */
export async function openMessagesFinding(database: Database): Promise<DoctorFinding> {
  const { count, oldestSeconds } = await countLongOpen(reading(database), longSeconds);
  if (count === 0) return ok('Open messages', 'none has been open for long');
  const before = await lastDecision(reading(database));
  await delay(lookMs);
  const since = `the oldest for ${Math.round(oldestSeconds)} s`;
  if ((await lastDecision(reading(database))) !== before)
    return ok('Open messages', `${count} wait, ${since}, and are being decided`);
  return problem(
    'messages-stay-open',
    'Open messages',
    `${count} are open, ${since}, and none is being decided`,
    'Is a worker running, and what does its /health/ready say? The runbook has a chapter on messages that stay open.',
  );
}
