import { setTimeout as delay } from 'node:timers/promises';
import { afterOutageSeconds, healed, type Fault } from '#test/chaos/faults/fault.ts';
import type { Fleet } from '#test/chaos/stage/fleet.ts';

export function postgresRestarted(
  messages: number,
  { how }: { readonly how: 'in order' | 'kill -9' },
): Fault {
  const kind = how === 'in order' ? 'Postgres restarted' : 'Postgres killed';
  return {
    name: kind,
    messages,
    sendingMs: 3000,
    async strike({ stage: { postgres } }) {
      await delay(1200);
      if (how === 'in order') await postgres.stop();
      else await postgres.kill();
      await postgres.start();
      return healed(kind, { mostRecoverySeconds: afterOutageSeconds });
    },
  };
}

/** Every connection of the product is ended five times a second. */
export function backendsTerminated(messages: number, forMs: number): Fault {
  return {
    name: 'Postgres backends terminated',
    messages,
    sendingMs: forMs,
    async strike({ stage: { postgres }, tell, blame }) {
      const until = performance.now() + forMs;
      let ended = 0;
      while (performance.now() < until) {
        ended += await postgres.terminateBackends();
        await delay(200);
      }
      tell(`Postgres backends terminated: ${ended} connections in ${forMs / 1000} s`);
      if (ended === 0) blame('no connection of the product was there to be ended');
      return healed('Postgres backends terminated', { mostRecoverySeconds: afterOutageSeconds });
    },
  };
}

export function connectionsExhausted(messages: number, forMs: number): Fault {
  return {
    name: 'Postgres connections exhausted',
    messages,
    sendingMs: 3000,
    async strike({ stage: { postgres, fleet }, producers, tell, blame }) {
      await delay(1000);
      const answered = producers.unavailable.withRetryAfter;
      const said = await refusedConnections(fleet);
      const giveBack = await postgres.exhaustConnections();
      await delay(forMs);
      await giveBack();
      const inLogs = (await refusedConnections(fleet)) - said;
      const by503 = producers.unavailable.withRetryAfter - answered;
      tell(
        `Postgres connections exhausted: refused connections in ${inLogs} lines of logs, ${by503} requests answered 503`,
      );
      if (inLogs + by503 === 0) blame('nobody was refused a connection');
      return healed('Postgres connections exhausted', { mostRecoverySeconds: afterOutageSeconds });
    },
  };
}

/** Lines of all logs that tell SQLSTATE 53300, too_many_connections. */
async function refusedConnections({ runners }: Fleet): Promise<number> {
  const logs = await Promise.all(runners.map((runner) => runner.log()));
  return logs.reduce((sum, log) => sum + log.split('53300').length - 1, 0);
}

/** HTTP says 503 with Retry-After meanwhile, and queues keep what they have. */
export function postgresStopped(messages: number, forMs: number): Fault {
  return {
    name: `Postgres stopped for ${forMs / 1000} s`,
    messages,
    sendingMs: 3000,
    async strike({ stage: { postgres }, producers, tell, blame }) {
      const { withRetryAfter, without } = producers.unavailable;
      await delay(1200);
      await postgres.stop();
      await delay(forMs);
      await postgres.start();
      const at = Date.now();
      const told = producers.unavailable.withRetryAfter - withRetryAfter;
      tell(`Postgres stopped for ${forMs / 1000} s: ${told} requests answered 503 with Retry-After`);
      if (told === 0) blame('no request was answered 503 while Postgres was stopped');
      if (producers.unavailable.without > without) blame('a 503 had no Retry-After');
      return healed('Postgres stopped', { at, mostRecoverySeconds: afterOutageSeconds });
    },
  };
}
