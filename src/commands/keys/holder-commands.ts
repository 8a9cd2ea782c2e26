import { Option, type Command } from 'commander';
import { examples } from '#src/commands/terminal/examples.ts';
import { licenseTypes, type LicenseType } from '#src/domain/license.ts';
import { operatorRoles, type OperatorRole } from '#src/domain/operator-role.ts';

interface Json {
  readonly json?: boolean;
}

const load = () => import('#src/commands/keys/holders.ts');

/** Commands that manage who may call the API. */
export function addHolderCommands(program: Command): void {
  const reseller = program.command('reseller').description('who places orders, and their API keys');
  reseller
    .command('add')
    .argument('<name>')
    .description('add a reseller and show its API key, once')
    .addOption(
      new Option('--license-type <type>', 'of the Activation Codes issued for its orders')
        .choices(licenseTypes)
        .default('reseller'),
    )
    .option('--json', 'print one JSON value')
    .addHelpText(
      'after',
      examples(['reseller add northwind'], ['reseller add dell --license-type oem --json']),
    )
    .action(async (name: string, options: Json & { readonly licenseType: LicenseType }) => {
      process.exitCode = await (await load()).runResellerAdd(name, options);
    });
  reseller
    .command('list')
    .description('list the resellers')
    .option('--json', 'print one JSON value')
    .action(async (options: Json) => {
      process.exitCode = await (await load()).runResellerList(options);
    });
  reseller
    .command('rotate')
    .argument('<name>')
    .description('replace the API key, and show the new one, once; the old one ends within seconds')
    .option('--json', 'print one JSON value')
    .addHelpText('after', examples(['reseller rotate northwind']))
    .action(async (name: string, options: Json) => {
      process.exitCode = await (await load()).runResellerRotate(name, options);
    });
  reseller
    .command('revoke')
    .argument('<name>')
    .description('end the API key, and disable its webhook endpoints; orders that were accepted stay')
    .option('--json', 'print one JSON value')
    .addHelpText('after', examples(['reseller revoke northwind']))
    .action(async (name: string, options: Json) => {
      process.exitCode = await (await load()).runResellerRevoke(name, options);
    });

  const operator = program
    .command('operator')
    .description('who decides holds and sees the dashboard, and their API keys');
  operator
    .command('add')
    .argument('<name>', 'decisions carry it')
    .description('add an operator and show the API key, once')
    .addOption(
      new Option('--role <role>', 'viewer: sees; decider: also decides, replays, moves; admin: also keys')
        .choices(operatorRoles)
        .default('admin'),
    )
    .option('--json', 'print one JSON value')
    .addHelpText('after', examples(['operator add maria'], ['operator add noor --role viewer']))
    .action(async (name: string, options: Json & { readonly role: OperatorRole }) => {
      process.exitCode = await (await load()).runOperatorAdd(name, options);
    });
  operator
    .command('list')
    .description('list the operators')
    .option('--json', 'print one JSON value')
    .action(async (options: Json) => {
      process.exitCode = await (await load()).runOperatorList(options);
    });
  operator
    .command('rotate')
    .argument('<name>')
    .description(
      'replace the API key, and show the new one, once; the role stays, the old key ends within seconds',
    )
    .option('--json', 'print one JSON value')
    .addHelpText('after', examples(['operator rotate maria']))
    .action(async (name: string, options: Json) => {
      process.exitCode = await (await load()).runOperatorRotate(name, options);
    });
  operator
    .command('revoke')
    .argument('<name>')
    .description('end the API key; decisions that were made stay')
    .option('--json', 'print one JSON value')
    .addHelpText('after', examples(['operator revoke maria']))
    .action(async (name: string, options: Json) => {
      process.exitCode = await (await load()).runOperatorRevoke(name, options);
    });
}
