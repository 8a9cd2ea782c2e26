import type { Base } from '#test/bench/base-database.ts';
import type { BenchServers } from '#test/bench/bench-servers.ts';
import { median } from '#test/bench/median.ts';
import { pgbench } from '#test/bench/pgbench.ts';

/** One client that inserts a row and commits. @returns the median of its milliseconds */
export async function durableCommit(servers: BenchServers, { database }: Base): Promise<number> {
  const script = 'insert into bench.tick (at) values (now());';
  const { latenciesMs } = await pgbench({
    url: servers.url(database),
    folder: servers.folder,
    clients: 1,
    transactions: 400,
    script,
  });
  return median(latenciesMs);
}
