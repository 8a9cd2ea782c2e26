import type { Command } from 'commander';
import { examples } from '#src/commands/terminal/examples.ts';

interface Json {
  readonly json?: boolean;
}

const afterImport = `
The result file beside the input has one row per input row: orders.csv -> orders.result.csv.
Importing a file again changes nothing. Exit codes: 0 all accepted or repeats, 3 some rows refused, 1 nothing could be read.
`;

/** Commands that read files. */
export function addImportCommands(program: Command): void {
  const catalog = program.command('catalog').description('look at a catalog of products and suites');
  catalog
    .command('check')
    .argument('<file>', 'a catalog, JSON')
    .description('say everything that is wrong with a catalog file')
    .option('--json', 'print one JSON value')
    .addHelpText('after', examples(['catalog check examples/catalog.json']))
    .action(async (file: string, options: Json) => {
      const { runCatalogCheck } = await import('#src/commands/importing/catalog-check.ts');
      process.exitCode = await runCatalogCheck(file, options);
    });
  const holdings = program.command('holdings').description('what existing customers own');
  holdings
    .command('import')
    .argument('<file>', 'CSV or NDJSON, by its ending')
    .description('bring in accounts and their Activation Codes')
    .option('--json', 'print one JSON value')
    .addHelpText('after', `${afterImport}${examples(['holdings import examples/holdings.csv'])}`)
    .action(async (file: string, { json }: Json) => {
      const [{ runHoldingsImport }, { withSystem }] = await Promise.all([
        import('#src/commands/importing/holdings.ts'),
        import('#src/commands/with-system.ts'),
      ]);
      process.exitCode = await withSystem(({ database, fulfillment: { catalog: known } }) =>
        runHoldingsImport(
          { file, json },
          { database, catalog: known, stdout: process.stdout, stderr: process.stderr },
        ),
      );
    });
  const feed = program.command('feed').description("a reseller's orders, as a file");
  feed
    .command('import')
    .argument('<file>', 'CSV or NDJSON, by its ending')
    .requiredOption('--reseller <name>', 'whose orders these are')
    .description('accept the orders of a file, in its order; workers fulfil them')
    .option('--json', 'print one JSON value')
    .addHelpText(
      'after',
      `${afterImport}${examples(['feed import examples/orders.csv --reseller northwind'])}`,
    )
    .action(async (file: string, { reseller, json }: Json & { readonly reseller: string }) => {
      const [{ runFeedImport }, { withSystem }] = await Promise.all([
        import('#src/commands/importing/feed.ts'),
        import('#src/commands/with-system.ts'),
      ]);
      process.exitCode = await withSystem(({ fulfillment, queues }) =>
        runFeedImport(
          { file, reseller, json },
          {
            fulfillment,
            enqueue: (kind, ids) => queues.enqueueRecorded(kind, ids),
            stdout: process.stdout,
            stderr: process.stderr,
          },
        ),
      );
    });
  feed
    .command('watch')
    .argument('<directory>', 'the drop folder, which may be a network mount')
    .description(
      'take the files that resellers put into DIRECTORY/NAME/in, until Ctrl-C; any number of these can run',
    )
    .addHelpText(
      'after',
      `\nTaken are *.csv and *.ndjson that have not changed for 10 s, or beside which orders.csv.done lies. Results come to out/,
the file to done/ or failed/. Workers with FEED_DIRECTORY do the same.\n${examples(['feed watch /srv/feeds'])}`,
    )
    .action(async (directory: string) => {
      const { runFeedWatch } = await import('#src/commands/importing/feed-watch.ts');
      process.exitCode = await runFeedWatch(directory);
    });
}
