import { appRoutes } from '@bull-board/api/dist/routes.js';
import { queueNames, type QueueName } from '#jobs/queues.ts';
import type { FaultContext } from '#test/chaos/faults/fault.ts';

/** A job whose pages must be there. */
export interface BoardJob {
  readonly queue: QueueName;
  readonly id: string;
}

export interface BoardAnswer {
  readonly path: string;
  readonly status: number;
  readonly text: string;
}

const jobStates = [
  'latest',
  'active',
  'waiting',
  'waiting-children',
  'completed',
  'failed',
  'delayed',
  'prioritized',
  'paused',
] as const;

/** Of the jobs that the lists show; those that are asked for come on top. */
const mostJobs = 100;

/** Every answer of the dashboard: all routes that it serves, for every queue, every state, and the jobs. */
export async function boardAnswers(
  { stage, api }: FaultContext,
  failed: readonly BoardJob[],
): Promise<readonly BoardAnswer[]> {
  const headers = { authorization: `Bearer ${stage.apiKeys.get('operator') ?? ''}` };
  const read = async (path: string): Promise<BoardAnswer> => {
    const response = await fetch(`${api().url}/ops/queues${path}`, { headers });
    return { path, status: response.status, text: await response.text() };
  };
  const lists: BoardAnswer[] = [];
  const listed: BoardJob[] = [];
  for (const queue of queueNames) {
    for (const state of jobStates) {
      const answer = await read(
        `/api/queues?activeQueue=${queue}&status=${state}&page=1&jobsPerPage=${mostJobs}`,
      );
      lists.push(answer);
      for (const [, id = ''] of answer.text.matchAll(/"id":"([^"]+)"/g)) listed.push({ queue, id });
    }
  }
  const jobs = [...failed, ...listed.slice(0, mostJobs)];
  const answers: BoardAnswer[] = [];
  for (const path of paths(jobs)) answers.push(await read(path));
  return [...lists, ...answers];
}

/** Of everything that the board's own list of routes says it answers to GET. */
function paths(jobs: readonly BoardJob[]): readonly string[] {
  const routes = [appRoutes.entryPoint, ...appRoutes.api]
    .filter(({ method }) => [method].flat().includes('get'))
    .flatMap(({ route }) => [route].flat());
  const filled = routes.flatMap((route) => {
    if (route.includes(':jobId'))
      return jobs.map(({ queue, id }) =>
        route.replace(':queueName', queue).replace(':jobId', encodeURIComponent(id)),
      );
    return route.includes(':queueName')
      ? queueNames.map((name) => route.replace(':queueName', name))
      : [route];
  });
  const unknown = filled.filter((path) => path.includes('/:'));
  if (unknown.length > 0)
    throw new Error(`The dashboard has routes that nobody opens: ${unknown.join(', ')}`);
  return filled;
}
