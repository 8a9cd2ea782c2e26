import type { Stage } from '#src/commands/demo/stage.ts';
import { heading, print, printProse } from '#src/commands/terminal/output.ts';
import { table } from '#src/commands/terminal/table.ts';
import { reading } from '#src/persistence/database.ts';
import { findOpenHolds } from '#src/persistence/holds.ts';

const most = 20;

/** Orders that were set aside for a person. */
export async function showHolds({ system }: Stage): Promise<void> {
  const holds = await findOpenHolds(reading(system.database), most);
  print(heading('What waits for a person'));
  printProse(
    'An operator decides these, with "chancery holds approve" or over HTTP; nothing is lost meanwhile.\n',
  );
  print(
    table(
      [{ title: 'Order' }, { title: 'Why' }, { title: 'In words', shrinkTo: 30 }],
      holds.map(({ reference, code, text }) => [reference, code, text]),
    ),
  );
}
