import type { Command } from 'commander';
import { examples } from '#src/commands/terminal/examples.ts';

interface Json {
  readonly json?: boolean;
}

const load = () => import('#src/commands/webhooks/webhooks.ts');

/** Commands that manage who is told of events. */
export function addWebhookCommands(program: Command): void {
  const webhook = program.command('webhook').description('who is told of outcomes by HTTP, and how it goes');
  webhook
    .command('add')
    .argument('<url>', 'where to post to')
    .option('--reseller <name>', 'whose events it hears; by default everything, for operators')
    .option('--types <list>', 'types of events, with commas; by default all')
    .option('--json', 'print one JSON value')
    .description('have events told to a URL, and show its secret, once')
    .addHelpText(
      'after',
      examples(
        ['webhook add https://example.com/hooks --reseller northwind'],
        ['webhook add https://erp.example/in --types upgrade_order.fulfilled,upgrade_order.held'],
      ),
    )
    .action(async (url: string, options: Json & { readonly reseller?: string; readonly types?: string }) => {
      process.exitCode = await (await load()).runWebhookAdd(url, options);
    });
  webhook
    .command('list')
    .option('--reseller <name>', "that reseller's alone")
    .option('--json', 'print one JSON value')
    .description('list the endpoints, and how telling them goes')
    .action(async (options: Json & { readonly reseller?: string }) => {
      process.exitCode = await (await load()).runWebhookList(options);
    });
  webhook
    .command('test')
    .argument('<id>', 'of an endpoint; "webhook list" shows it')
    .option('--json', 'print one JSON value')
    .description('send an endpoint a test, and show how it answers')
    .addHelpText('after', examples(['webhook test 0199c0de-0000-7000-8000-000000000004']))
    .action(async (id: string, options: Json) => {
      process.exitCode = await (await load()).runWebhookTest(id, options);
    });
  webhook
    .command('rotate')
    .argument('<id>', 'of an endpoint')
    .option('--json', 'print one JSON value')
    .description('replace the secret, and show the new one, once; the old one signs, too, for 24 hours')
    .addHelpText('after', examples(['webhook rotate 0199c0de-0000-7000-8000-000000000004']))
    .action(async (id: string, options: Json) => {
      process.exitCode = await (await load()).runWebhookRotate(id, options);
    });
  webhook
    .command('disable')
    .argument('<id>', 'of an endpoint')
    .option('--reason <text>', 'why; it stays on record')
    .option('--json', 'print one JSON value')
    .description('tell an endpoint nothing more; what waits for it is cancelled')
    .addHelpText('after', examples(['webhook disable 0199c0de-0000-7000-8000-000000000004']))
    .action(async (id: string, options: Json & { readonly reason?: string }) => {
      process.exitCode = await (await load()).runWebhookEnabled(id, false, options);
    });
  webhook
    .command('enable')
    .argument('<id>', 'of an endpoint')
    .option('--reason <text>', 'why; it stays on record')
    .option('--json', 'print one JSON value')
    .description('tell a disabled endpoint again what happens from now on')
    .addHelpText('after', examples(['webhook enable 0199c0de-0000-7000-8000-000000000004']))
    .action(async (id: string, options: Json & { readonly reason?: string }) => {
      process.exitCode = await (await load()).runWebhookEnabled(id, true, options);
    });
}
