import type { Breakpoint } from '#src/fulfillment/fulfillment.ts';
import { afterDeathSeconds, healed, type Fault, type Injected } from '#test/chaos/faults/fault.ts';
import { untilSoOrStill } from '#test/chaos/load/patience.ts';
import { workDone } from '#test/chaos/load/work-done.ts';
import type { Runner } from '#test/chaos/stage/fleet.ts';

export const breakpoints = [
  'before-claim',
  'after-locks',
  'before-commit',
  'after-commit',
  'after-settling',
  'storing-certificate',
  'between-accept-and-enqueue',
] as const satisfies readonly Breakpoint[];

/** A process dies at a boundary, beside those that live on; at several at once, one process for each. */
export function crashPoints(messages: number, ...at: readonly Breakpoint[]): Fault {
  let doomed: readonly { readonly breakpoint: Breakpoint; readonly runner: Runner }[] = [];
  let api: Runner | undefined;
  return {
    name: `crash ${at.join(', ')}`,
    messages,
    sendingMs: 4000,
    untilRendered: at.some(leavesCertificates),
    async prepare({ stage, random, useApi, api: living }) {
      api = living();
      doomed = await Promise.all(
        at.map(async (breakpoint) => {
          const breaksAt = { breakpoint, times: random.between(1, 3), signal: 'SIGKILL' } as const;
          const role = breakpoint === inApi ? 'api' : 'worker';
          return { breakpoint, runner: await stage.fleet.start({ role, breaksAt }) };
        }),
      );
      for (const { breakpoint, runner } of doomed) if (breakpoint === inApi) useApi(runner);
    },
    async strike({ stage, useApi, blame }) {
      const mostRecoverySeconds = afterDeathSeconds(stage);
      const deaths = await Promise.all(
        doomed.map(async ({ breakpoint, runner }): Promise<readonly Injected[]> => {
          // A boundary that a process has not come to when all work has ended, it does not come to.
          const died = await untilSoOrStill(
            () => runner.hasEnded(),
            () => workDone(stage),
          );
          if (breakpoint === inApi && api) useApi(api);
          if (died) {
            const measured = leavesCertificates(breakpoint) && ({ measured: 'certificates' } as const);
            return healed(`crash ${breakpoint}`, { mostRecoverySeconds, ...measured });
          }
          blame(`nothing came to the boundary ${breakpoint}`);
          runner.kill('SIGKILL');
          return [];
        }),
      );
      return deaths.flat();
    },
  };
}

const inApi = 'between-accept-and-enqueue';

/** What waits then are PDFs. */
function leavesCertificates(breakpoint: Breakpoint): boolean {
  return breakpoint === 'storing-certificate' || breakpoint === 'after-settling';
}
