import type { Stage } from '#src/commands/demo/stage.ts';
import { heading, print, printProse } from '#src/commands/terminal/output.ts';
import { table } from '#src/commands/terminal/table.ts';
import { productOfPid } from '#src/domain/catalog.ts';
import { importHoldings } from '#src/files/holdings-import.ts';
import { reading, statement } from '#src/persistence/database.ts';

interface HoldingRow {
  readonly account: string;
  readonly company: string;
  readonly country: string;
  readonly pid: string;
  readonly seats: number;
  readonly validThrough: string;
  readonly edition: string;
}

/** Imports what customers own before the first order, and shows it. */
export async function showHoldings({ system, files }: Stage): Promise<void> {
  const { database, fulfillment } = system;
  const { catalog } = fulfillment;
  const result = await importHoldings({ database, catalog, file: files.holdings });
  print(heading('What customers own already'));
  printProse(
    `The catalog has ${catalog.products.length} products in ${catalog.suites.length} suites and outside; examples/holdings.csv brought in ${result.accepted} licenses.\n`,
  );
  const rows = await statement<HoldingRow>(
    reading(database),
    `select account.id as account, company, country, pid, seats, valid_through as "validThrough", edition
     from license join account on account.id = license.account order by account.id, pid`,
  );
  print(
    table(
      [
        { title: 'Account' },
        { title: 'Customer', shrinkTo: 16 },
        { title: 'Product', shrinkTo: 20 },
        { title: 'Seats', align: 'right' },
        { title: 'Valid through' },
        { title: 'Edition' },
      ],
      rows.map(({ account, company, country, pid, seats, validThrough, edition }, i) => [
        rows[i - 1]?.account === account ? '' : account,
        rows[i - 1]?.account === account ? '' : `${company} (${country})`,
        productOfPid(catalog, pid)?.name ?? pid,
        String(seats),
        validThrough,
        edition,
      ]),
    ),
  );
}
