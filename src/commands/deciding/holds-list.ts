import { dim, moment, print, printJson, say } from '#src/commands/terminal/output.ts';
import { table } from '#src/commands/terminal/table.ts';
import { withDatabase } from '#src/commands/with-database.ts';
import { reading } from '#src/persistence/database.ts';
import { findOpenHolds } from '#src/persistence/holds.ts';

/** A person works the list off from its start; more than this is nobody's reading. */
const most = 1000;

/** `chancery holds list`. */
export async function runHoldsList({ json }: { readonly json?: boolean }): Promise<0> {
  const holds = await withDatabase(({ database }) => findOpenHolds(reading(database), most));
  if (json) {
    printJson(
      holds.map(({ id, kind, reference, reseller, message, code, text, details, heldAt }) => ({
        id,
        kind,
        reference,
        reseller,
        messageId: message,
        code,
        message: text,
        details,
        heldAt: new Date(heldAt).toISOString(),
      })),
    );
    return 0;
  }
  if (holds.length === 0) {
    say('Nothing waits for a person.');
    return 0;
  }
  print(
    table(
      [{ title: 'Hold' }, { title: 'Reference', shrinkTo: 12 }, { title: 'Why', shrinkTo: 20 }],
      holds.map(({ id, reference, reseller, code, text, heldAt }) => [
        id,
        `${reference}\n${reseller ?? 'operator'}\n${dim(moment(heldAt).slice(0, 16))}`,
        `${code}\n${text}`,
      ]),
    ),
  );
  print(
    dim('\n"chancery holds approve ID --reason …" or "chancery holds reject ID --reason …" decides one.'),
  );
  return 0;
}
