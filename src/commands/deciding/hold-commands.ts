import type { Command } from 'commander';
import { examples } from '#src/commands/terminal/examples.ts';

interface Json {
  readonly json?: boolean;
}

interface Decision extends Json {
  readonly reason: string;
  readonly note?: string;
  readonly by?: string;
}

/** Commands about what waits for a person. */
export function addHoldCommands(program: Command): void {
  const holds = program.command('holds').description('orders and requests that wait for a person');
  holds
    .command('list')
    .description('list what waits, oldest first')
    .option('--json', 'print one JSON value')
    .addHelpText('after', examples(['holds list']))
    .action(async (options: Json) => {
      const { runHoldsList } = await import('#src/commands/deciding/holds-list.ts');
      process.exitCode = await runHoldsList(options);
    });
  holds
    .command('approve')
    .argument('<id>', 'of the hold, as "holds list" shows it')
    .requiredOption(
      '--reason <text>',
      'why; it stays in the history, where the reseller reads it, without your name',
    )
    .option('--note <text>', 'for the inside: resellers never see it')
    .option('--keep <codes...>', 'for AMBIGUOUS_PRODUCT_FAMILY: the Activation Codes that shall live on')
    .option('--despite-newer', 'also when that changes what a newer order has set since')
    .option('--by <name>', 'who decides; by default the user of this system')
    .option('--json', 'print one JSON value')
    .description("plan it again against today's state, passing the check that held it and no other")
    .addHelpText('after', examples(['holds approve 0199… --reason "confirmed by phone" --by maria']))
    .action(
      async (
        id: string,
        options: Decision & { readonly keep?: readonly string[]; readonly despiteNewer?: boolean },
      ) => {
        const { runHoldDecision } = await import('#src/commands/deciding/holds-decide.ts');
        process.exitCode = await runHoldDecision(id, { ...options, decision: 'approved' });
      },
    );
  holds
    .command('reject')
    .argument('<id>', 'of the hold, as "holds list" shows it')
    .requiredOption(
      '--reason <text>',
      'why; it stays in the history, where the reseller reads it, without your name',
    )
    .option('--note <text>', 'for the inside: resellers never see it')
    .option('--by <name>', 'who decides; by default the user of this system')
    .option('--json', 'print one JSON value')
    .description('end it as rejected')
    .addHelpText('after', examples(['holds reject 0199… --reason "ordered by mistake" --by maria']))
    .action(async (id: string, options: Decision) => {
      const { runHoldDecision } = await import('#src/commands/deciding/holds-decide.ts');
      process.exitCode = await runHoldDecision(id, { ...options, decision: 'rejected' });
    });
  const rejected = program
    .command('rejected')
    .description('messages that came by a queue and could not be accepted');
  rejected
    .command('list')
    .description('list those that were not replayed, the latest first')
    .option('--json', 'print one JSON value')
    .addHelpText('after', examples(['rejected list']))
    .action(async (options: Json) => {
      const { runRejectedList } = await import('#src/commands/deciding/rejected-list.ts');
      process.exitCode = await runRejectedList(options);
    });
  rejected
    .command('show')
    .argument('<id>', 'of the message, as "rejected list" shows it')
    .description('print the content as JSON, codes in full, to be corrected for "rejected replay --content"')
    .addHelpText('after', examples(['rejected show 0199… > corrected.json']))
    .action(async (id: string) => {
      const { runRejectedShow } = await import('#src/commands/deciding/rejected-show.ts');
      process.exitCode = await runRejectedShow(id);
    });
  rejected
    .command('replay')
    .argument('<id>', 'of the message, as "rejected list" shows it')
    .option('--content <file>', 'corrected content, as JSON; by default as it came')
    .option('--by <name>', 'who decides; by default the user of this system')
    .option('--json', 'print one JSON value')
    .description('try it again, once what refused it is mended')
    .addHelpText(
      'after',
      examples(['rejected replay 0199…', 'rejected replay 0199… --content corrected.json']),
    )
    .action(async (id: string, options: Json & { readonly content?: string; readonly by?: string }) => {
      const { runRejectedReplay } = await import('#src/commands/deciding/rejected-replay.ts');
      process.exitCode = await runRejectedReplay(id, options);
    });
}
