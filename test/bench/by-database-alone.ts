import type { Base } from '#test/bench/base-database.ts';
import type { BenchServers } from '#test/bench/bench-servers.ts';
import { limitScript } from '#test/bench/limit.ts';
import type { Mix } from '#test/bench/messages-mix.ts';
import { pgbench } from '#test/bench/pgbench.ts';
import { checkRows, checkSizes, tallyRows } from '#test/bench/row-tally.ts';

/** Clients of the limit: one for each core. */
const limitClients = 2;
const singleClients = 8;
const perTransaction = 100;

/** The rows of a mix's messages by set-based SQL, 100 messages a transaction. @returns messages a second */
export function limit(servers: BenchServers, base: Base, mix: Mix, messages: number): Promise<number> {
  return byDatabaseAlone(servers, base, mix, messages, false);
}

/** The same rows, one message a transaction. @returns messages a second */
export function single(servers: BenchServers, base: Base, mix: Mix, messages: number): Promise<number> {
  return byDatabaseAlone(servers, base, mix, messages, true);
}

async function byDatabaseAlone(
  servers: BenchServers,
  base: Base,
  mix: Mix,
  messages: number,
  isSingle: boolean,
): Promise<number> {
  const database = 'bench_limit';
  const url = await servers.clone(base.database, database);
  const templates = base.templates[mix];
  const clients = isSingle ? singleClients : limitClients;
  const messagesEach = isSingle ? 1 : perTransaction;
  const transactions = Math.ceil(messages / clients / messagesEach);
  const before = await tallyRows(url);
  await servers.checkpoint();
  const script = limitScript(mix, templates, clients, isSingle);
  const { perSecond } = await pgbench({
    url,
    folder: servers.folder,
    clients,
    transactions,
    script,
    variables: { i: 0 },
  });
  const written = transactions * clients * messagesEach;
  checkRows(`the database alone (${mix})`, templates, written, before, await tallyRows(url));
  await checkSizes(url, templates, written);
  await servers.drop(database);
  return perSecond * messagesEach;
}
