import { Client } from 'pg';
import { fill, type Base } from '#test/bench/base-database.ts';
import type { BenchServers } from '#test/bench/bench-servers.ts';
import { owned } from '#test/bench/messages-mix.ts';
import { workOff } from '#test/bench/work-off.ts';

/** Activation Codes that are in the tables before the measurement. */
export const grownTo = [10_000, 1_000_000, 5_000_000] as const;

/** Makes, for each size, a database with so many codes of customers who order nothing; `x` accounts own two each. */
export async function makeGrown(servers: BenchServers, base: Base): Promise<void> {
  for (const codes of grownTo) {
    const url = await servers.clone(base.database, grownDatabase(codes));
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      await fill(client, 'x', codes / owned.length, owned);
      await client.query('vacuum analyze');
    } finally {
      await client.end();
    }
  }
}

/** Orders a second with so many codes in the tables; every round takes orders of its own. */
export function ordersGrown(
  servers: BenchServers,
  base: Base,
  codes: number,
  messages: number,
  round: number,
): Promise<number> {
  const database = grownDatabase(codes);
  return workOff({
    servers,
    base,
    mix: 'orders',
    messages,
    workers: 1,
    backend: 'redis',
    rendering: false,
    database,
    from: round * messages,
  });
}

function grownDatabase(codes: number): string {
  return `bench_grown_${codes}`;
}
