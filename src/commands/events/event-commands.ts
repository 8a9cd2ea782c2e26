import type { Command } from 'commander';
import { examples } from '#src/commands/terminal/examples.ts';

interface Json {
  readonly json?: boolean;
}

/** Commands about what is told of outcomes. */
export function addEventCommands(program: Command): void {
  const events = program.command('events').description('what is told of outcomes');
  events
    .command('list')
    .option('--after <cursor>', 'the cursor that the list before ended with; by default from the oldest')
    .option('--limit <number>', 'events at most, up to 1000', '100')
    .option('--reseller <name>', "that reseller's alone")
    .option('--json', 'print one JSON value')
    .description('list events of the last 30 days, as GET /v1/events tells them')
    .addHelpText('after', examples(['events list --limit 20'], ['events list --after CURSOR --json']))
    .action(
      async (
        options: Json & { readonly after?: string; readonly limit: string; readonly reseller?: string },
      ) => {
        const { runEventsList } = await import('#src/commands/events/events-list.ts');
        process.exitCode = await runEventsList(options);
      },
    );
  events
    .command('requeue')
    .requiredOption('--since <instant>', 'when the first of them was written, such as 2026-11-20T09:30:00Z')
    .option('--json', 'print one JSON value')
    .description('have events put on the queue of outcomes again')
    .addHelpText('after', examples(['events requeue --since 2026-11-20T09:30:00Z']))
    .action(async (options: Json & { readonly since: string }) => {
      const { runEventsRequeue } = await import('#src/commands/events/events-requeue.ts');
      process.exitCode = await runEventsRequeue(options);
    });
}
