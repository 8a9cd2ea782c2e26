import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addCertificateCommands } from '#src/commands/certificates/certificate-commands.ts';
import { addHoldCommands } from '#src/commands/deciding/hold-commands.ts';
import { addEventCommands } from '#src/commands/events/event-commands.ts';
import { addImportCommands } from '#src/commands/importing/import-commands.ts';
import { addHolderCommands } from '#src/commands/keys/holder-commands.ts';
import { addLookUpCommands } from '#src/commands/looking/look-up-commands.ts';
import { addServerCommands } from '#src/commands/serving/server-commands.ts';
import { addWebhookCommands } from '#src/commands/webhooks/webhook-commands.ts';
import { printableLines } from '#src/mechanisms/printable.ts';

const wrongUsage = 2;

/** Runs the command that the arguments name. @returns the exit code: 0 fine, 1 failed, 2 wrong usage, 3 done with refusals */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  // A reader that has seen enough (`| head`) is no fault.
  process.stdout.on('error', (error) => {
    if ('code' in error && error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  try {
    await createProgram().parseAsync([...argv]);
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) {
      const asked = ['commander.helpDisplayed', 'commander.version'].includes(error.code);
      return asked ? 0 : wrongUsage;
    }
    const { failureText } = await import('#src/commands/terminal/failure-text.ts');
    const { rawEnvironment } = await import('#src/configuration.ts');
    const debug = ['debug', 'trace'].includes(rawEnvironment()['LOG_LEVEL'] ?? '');
    process.stderr.write(`${printableLines(failureText(error, debug))}\n`);
    return error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number'
      ? error.exitCode
      : 1;
  }
}

/** Of package.json, which stands above all code. */
function ownVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? '';
}

/** All commands with their help; what a command needs is loaded when it runs, so that help is there at once. */
export function createProgram(): Command {
  const program = new Command('chancery')
    .description(
      'Turns reseller orders into licenses: Registration Keys, Activation Codes and License Certificates.',
    )
    .usage('COMMAND [options]')
    .version(ownVersion(), '--version', 'print the version')
    .showHelpAfterError('(--help shows how it is used)')
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .configureOutput({ writeErr: (text) => process.stderr.write(printableLines(text)) })
    .exitOverride()
    .hook('preAction', async (_, action) => {
      // The doctor reads it by itself, to tell what is wrong with it.
      if (action.name() === 'doctor') return;
      const { loadEnvironmentFile } = await import('#src/configuration.ts');
      loadEnvironmentFile();
    })
    .addHelpText(
      'after',
      `
Results go to stdout, logs and progress to stderr. Exit codes: 0 fine, 1 failed, 2 wrong usage, 3 done with refusals.
Settings come from the environment and .env; "chancery doctor" checks them. Without DATABASE_URL the commands work on
an embedded PostgreSQL in ./data, that of a running "chancery start" if there is one.

New here? "chancery demo" shows the whole job on example files and leaves nothing behind but some PDF files.`,
    );
  addServerCommands(program);
  addImportCommands(program);
  addHolderCommands(program);
  addLookUpCommands(program);
  addHoldCommands(program);
  addCertificateCommands(program);
  addEventCommands(program);
  addWebhookCommands(program);
  return program;
}
