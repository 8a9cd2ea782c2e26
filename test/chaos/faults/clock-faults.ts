import { setTimeout as delay } from 'node:timers/promises';
import { afterDeathSeconds, healed, type Fault } from '#test/chaos/faults/fault.ts';
import type { Runner } from '#test/chaos/stage/fleet.ts';

/** A worker whose clock is an hour ahead or behind, while transient faults make it put messages back; then it is gone. */
export function clockOff(messages: number, hours: 1 | -1): Fault {
  const kind = `clock of one worker an hour ${hours > 0 ? 'ahead' : 'behind'}`;
  let wrong: Runner | undefined;
  return {
    name: kind,
    messages,
    sendingMs: 6000,
    async prepare({ stage }) {
      wrong = await stage.fleet.start({ role: 'worker', clockOffHours: hours });
    },
    async strike({ stage, isSending, tell, blame }) {
      await delay(1000);
      for (let times = 0; times < 40 || isSending(); times += 1) {
        await stage.postgres.terminateBackends();
        // A transaction takes some milliseconds: one of this worker is met by chance.
        await delay(50);
      }
      await delay(1000);
      wrong?.kill('SIGKILL');
      const said = (await wrong?.log()) ?? '';
      const putBack = said.match(/"outcome":"put back"/g)?.length ?? 0;
      tell(`${kind}: it put ${putBack} jobs back`);
      if (putBack === 0) blame('the worker with the wrong clock put nothing back');
      const last = Date.parse(/.*"time":"([^"]+)"/s.exec(said)?.[1] ?? '');
      if (!(Math.abs(last - Date.now()) > 3_000_000)) blame('the clock of the worker was not wrong');
      return healed(kind, { mostRecoverySeconds: afterDeathSeconds(stage) });
    },
  };
}
