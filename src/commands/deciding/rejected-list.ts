import { dim, moment, print, printJson, say } from '#src/commands/terminal/output.ts';
import { table } from '#src/commands/terminal/table.ts';
import { withDatabase } from '#src/commands/with-database.ts';
import { reading } from '#src/persistence/database.ts';
import { findRejectedMessages } from '#src/persistence/rejected-messages.ts';

const most = 1000;

/** `chancery rejected list`. */
export async function runRejectedList({ json }: { readonly json?: boolean }): Promise<0> {
  const rejected = await withDatabase(({ database }) => findRejectedMessages(reading(database), most));
  if (json) {
    const instant = (at: string) => new Date(at).toISOString();
    printJson(
      rejected.map((one) => ({
        ...one,
        firstAt: instant(one.firstAt),
        lastAt: instant(one.lastAt),
        replayedAt: one.replayedAt === null ? null : instant(one.replayedAt),
      })),
    );
  } else if (rejected.length === 0) say('Every message could be accepted.');
  else {
    print(
      table(
        [
          { title: 'Id' },
          { title: 'Queue', shrinkTo: 12 },
          { title: 'Times', align: 'right' },
          { title: 'Why', shrinkTo: 20 },
        ],
        rejected.map(({ id, queue, count, code, message, lastAt }) => [
          id,
          `${queue}\n${dim(moment(lastAt).slice(0, 16))}`,
          String(count),
          `${code}\n${message}`,
        ]),
      ),
    );
  }
  return 0;
}
