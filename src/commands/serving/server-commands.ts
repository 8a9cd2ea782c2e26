import type { Command } from 'commander';
import { examples } from '#src/commands/terminal/examples.ts';

/** Commands that run or look after the servers. */
export function addServerCommands(program: Command): void {
  program
    .command('demo')
    .description('show the whole job on the example files, in a temporary place, in under a minute')
    .option('--output <folder>', 'where the certificates go, as PDF files', 'demo-output')
    .addHelpText('after', examples(['demo'], ['demo --output /tmp/certificates']))
    .action(async ({ output }: { readonly output: string }) => {
      const { runDemo } = await import('#src/commands/demo/demo.ts');
      process.exitCode = await runDemo(output);
    });
  program
    .command('start')
    .description(
      'run everything in one process until Ctrl-C: API, workers, dashboard, and PostgreSQL if none is configured',
    )
    .addHelpText(
      'after',
      examples(['start'], ['start', 'with HTTP_PORT=9000 in the environment: on another port']),
    )
    .action(async () => {
      const { runStart } = await import('#src/commands/serving/start.ts');
      process.exitCode = await runStart();
    });
  program
    .command('api')
    .description('run the HTTP API alone; any number of these can run')
    .addHelpText('after', examples(['api']))
    .action(async () => {
      const { runApi } = await import('#src/commands/serving/api.ts');
      process.exitCode = await runApi();
    });
  program
    .command('worker')
    .description('run the workers alone, with their probes on HTTP_PORT; any number of these can run')
    .addHelpText('after', examples(['worker']))
    .action(async () => {
      const { runWorker } = await import('#src/commands/serving/worker.ts');
      process.exitCode = await runWorker();
    });
  program
    .command('migrate')
    .description('bring the schema of the database up to date; safe to repeat')
    .option('--json', 'print one JSON value')
    .addHelpText('after', examples(['migrate']))
    .action(async (options: { readonly json?: boolean }) => {
      const { runMigrate } = await import('#src/commands/serving/migrate.ts');
      process.exitCode = await runMigrate(options);
    });
  program
    .command('doctor')
    .description('check configuration, PostgreSQL, Redis, schema and keys, and say what to do')
    .option('--json', 'print one JSON value')
    .addHelpText(
      'after',
      `\nExit code 1 when something is a problem; warnings alone are 0.\n${examples(['doctor'], ['doctor --json'])}`,
    )
    .action(async (options: { readonly json?: boolean }) => {
      const { runDoctor } = await import('#src/commands/serving/doctor.ts');
      process.exitCode = await runDoctor(options);
    });
  program
    .command('reconcile')
    .description('put accepted work that no queue holds back on its queue, at once')
    .option('--check', 'enqueue nothing: print the books, and exit with 1 if they do not balance')
    .option('--json', 'print one JSON value')
    .addHelpText(
      'after',
      `\nWorkers do this by themselves every RECONCILE_INTERVAL_SECONDS.\n${examples(['reconcile'], ['reconcile --check'])}`,
    )
    .action(async (options: { readonly check?: boolean; readonly json?: boolean }) => {
      const { runReconcile } = await import('#src/commands/serving/reconcile.ts');
      process.exitCode = await runReconcile(options);
    });
}
