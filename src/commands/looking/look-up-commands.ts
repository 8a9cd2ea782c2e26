import { Argument, type Command } from 'commander';
import { examples } from '#src/commands/terminal/examples.ts';

interface Json {
  readonly json?: boolean;
}

/** Commands that show what the ledger says. Codes are in full: they are for operators. */
export function addLookUpCommands(program: Command): void {
  const account = program.command('account').description('customer accounts');
  account
    .command('show')
    .argument('<name>', 'id of the account')
    .description('show what an account holds')
    .option('--json', 'print one JSON value')
    .addHelpText('after', examples(['account show acme']))
    .action(async (name: string, options: Json) => {
      const { runAccountShow } = await import('#src/commands/looking/account-show.ts');
      process.exitCode = await runAccountShow(name, options);
    });
  account
    .command('move')
    .argument('<name>', 'id of the account')
    .option('--reseller <name>', 'whose it becomes')
    .option('--nobody', "it becomes nobody's, until the next order for it")
    .requiredOption('--reason <text>', 'why; it stays on record')
    .option('--by <name>', 'who decides; by default the user of this system')
    .option('--json', 'print one JSON value')
    .description('give an account to another reseller, or to none')
    .addHelpText('after', examples(['account move acme --reseller southwind --reason "changed supplier"']))
    .action(async (name: string, options: Json & { readonly reason: string }) => {
      const { runAccountMove } = await import('#src/commands/deciding/account-move.ts');
      process.exitCode = await runAccountMove(name, options);
    });
  const order = program.command('order').description('upgrade orders');
  order
    .command('show')
    .argument('<number>', 'order number')
    .option('--reseller <name>', 'when several resellers have an order of this number')
    .description('show what became of an order, and its history')
    .option('--json', 'print one JSON value')
    .addHelpText(
      'after',
      examples(['order show PO-2026-0001'], ['order show PO-2026-0001 --reseller northwind --json']),
    )
    .action(async (number: string, options: Json & { readonly reseller?: string }) => {
      const { runMessageShow } = await import('#src/commands/looking/message-show.ts');
      process.exitCode = await runMessageShow('order', number, options);
    });
  order
    .command('retry')
    .argument('<number>', 'order number')
    .option('--reseller <name>', 'when several resellers have an order of this number')
    .option('--by <name>', 'who asks; by default the user of this system')
    .option('--json', 'print one JSON value')
    .description('decide a rejected order anew, as it is: what it lacked is there now')
    .addHelpText('after', examples(['order retry PO-2026-0001']))
    .action(async (number: string, options: Json & { readonly reseller?: string; readonly by?: string }) => {
      const { runOrderRetry } = await import('#src/commands/deciding/order-retry.ts');
      process.exitCode = await runOrderRetry(number, options);
    });
  program
    .command('merge')
    .description('merge requests')
    .command('show')
    .argument('<number>', 'request number, or id')
    .option('--reseller <name>', 'when several resellers have a request of this number')
    .description('show what became of a merge request, and its history')
    .option('--json', 'print one JSON value')
    .addHelpText('after', examples(['merge show MR-77']))
    .action(async (number: string, options: Json & { readonly reseller?: string }) => {
      const { runMessageShow } = await import('#src/commands/looking/message-show.ts');
      process.exitCode = await runMessageShow('merge', number, options);
    });
  program
    .command('change')
    .description('change requests')
    .command('show')
    .argument('<number>', 'request number, or id')
    .option('--reseller <name>', 'when several resellers have a request of this number')
    .description('show what became of a change request, and its history')
    .option('--json', 'print one JSON value')
    .addHelpText('after', examples(['change show CR-1']))
    .action(async (number: string, options: Json & { readonly reseller?: string }) => {
      const { runMessageShow } = await import('#src/commands/looking/message-show.ts');
      process.exitCode = await runMessageShow('change', number, options);
    });
  program
    .command('registration')
    .description('registrations')
    .command('show')
    .argument('<id>', 'as the API answered with it; "find" of a Registration Key names it, too')
    .description('show what became of a registration, and its history')
    .option('--json', 'print one JSON value')
    .addHelpText('after', examples(['registration show 0199…']))
    .action(async (id: string, options: Json) => {
      const { runMessageShow } = await import('#src/commands/looking/message-show.ts');
      process.exitCode = await runMessageShow('registration', id, options);
    });
  program
    .command('find')
    .addArgument(
      new Argument('<code>', 'Registration Key, Activation Code, order number or certificate number'),
    )
    .description('say what a code or number belongs to')
    .option('--json', 'print one JSON value')
    .addHelpText(
      'after',
      examples(['find LC-2026-0000001'], ['find "sp 7k2m 9xq4 …"', 'case, spaces and hyphens do not matter']),
    )
    .action(async (code: string, options: Json) => {
      const { runFind } = await import('#src/commands/looking/find.ts');
      process.exitCode = await runFind(code, options);
    });
}
