import { openHttp, openParts, openServer, openWorkers } from '#src/commands/serving/open-parts.ts';
import { runProcess, type Process } from '#src/commands/serving/run-process.ts';
import { dim, facts, heading, print } from '#src/commands/terminal/output.ts';
import { placeOf } from '#src/configuration.ts';
import { addOperator, listOperators } from '#src/persistence/api-keys.ts';
import { inTransaction } from '#src/persistence/database.ts';
import { migrateAll } from '#src/process/migrate-all.ts';
import type { System } from '#src/process/system.ts';

/** The operator that a first start makes, so that the dashboard can be entered. */
const firstOperator = 'admin';

/** `chancery start`: everything in one process. Migrates by itself. */
export function runStart(): Promise<0 | 1> {
  return runProcess('start', async (process) => {
    const { configuration } = process;
    const databaseUrl = await openServer(process);
    await migrateAll(databaseUrl, configuration);
    const system = await openParts(process, databaseUrl, 'start');
    const workers = await openWorkers(system, process);
    const url = await openHttp(system, process, workers);
    const apiKey = await firstOperatorKey(system, process);
    print(`\n${heading('Chancery is running.')}\n`);
    print(
      facts([
        ['API', `${url}/v1`],
        ['portal', `${configuration.publicUrl ?? url}/portal`],
        ['documentation', `${url}/docs`],
        ['desk', `${url}/ops`],
        ['dashboard', `${url}/ops/queues`],
        ['health', `${url}/health/ready`],
        ['data', placeOf(process.configuration)],
        ['mail', system.mail.sender.place],
        ['queues', system.backend.kind === 'redis' ? 'Redis' : 'PostgreSQL'],
      ]),
    );
    if (apiKey !== undefined) {
      print(
        `\n  An operator was made for you, named ${firstOperator}. The API key, shown this once:\n\n  ${heading(apiKey)}`,
      );
    }
    print(dim('\n  "chancery reseller add NAME" lets a reseller place orders. Ctrl-C stops.\n'));
  });
}

/** On an embedded server nobody else could make one first. */
async function firstOperatorKey(
  { database }: System,
  { configuration }: Process,
): Promise<string | undefined> {
  if (configuration.databaseUrl !== undefined || configuration.operatorApiKey !== undefined) return undefined;
  return inTransaction(database, async (tx) =>
    (await listOperators(tx)).length > 0 ? undefined : addOperator(tx, firstOperator),
  );
}
