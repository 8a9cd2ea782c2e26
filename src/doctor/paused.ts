import { queueNames } from '#jobs/queues.ts';
import { problem, type DoctorFinding } from '#src/doctor/finding.ts';
import { withinDeadline } from '#src/mechanisms/within-deadline.ts';
import { createQueueBackend, type QueueBackend } from '#workers/queue-backend.ts';

const deadlineMs = 10_000;

/** Queues that somebody paused: what they are for waits, while every server answers and no probe complains. */
export async function pausedFindings(backend: QueueBackend): Promise<readonly DoctorFinding[]> {
  const queues = queueNames.map((name) => backend.openQueue(name));
  const paused: string[] = [];
  const look = async () => {
    for (const queue of queues) if (await queue.isPaused()) paused.push(queue.name);
  };
  try {
    if (!(await withinDeadline(look(), deadlineMs))) throw new Error('no answer');
  } finally {
    await Promise.all(queues.map((queue) => queue.close()));
  }
  if (paused.length === 0) return [];
  return [
    problem(
      'queues-paused',
      'Queues',
      `${paused.join(', ')} ${paused.length === 1 ? 'is' : 'are'} paused: what they are for waits`,
      'Resume them on the dashboard, /ops/queues.',
    ),
  ];
}

/** Those in PostgreSQL. */
export async function pausedInPostgres(url: string): Promise<readonly DoctorFinding[]> {
  const backend = createQueueBackend({
    redisUrl: undefined,
    databaseUrl: url,
    queueConnections: 1,
    onError: () => {},
  });
  try {
    return await pausedFindings(backend);
  } finally {
    await backend.close();
  }
}
