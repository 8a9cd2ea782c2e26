import { CommandError } from '#src/commands/terminal/command-error.ts';
import { facts, heading, moment, print, printJson } from '#src/commands/terminal/output.ts';
import { table } from '#src/commands/terminal/table.ts';
import { withLedger } from '#src/commands/with-ledger.ts';
import { accountView } from '#src/fulfillment/looking/account-view.ts';
import { findAccountMoves } from '#src/persistence/account-moves.ts';
import { reading } from '#src/persistence/database.ts';
import { findRegistrationKeys } from '#src/persistence/ledger.ts';

/** `chancery account show NAME`. */
export async function runAccountShow(id: string, { json }: { readonly json?: boolean }): Promise<0> {
  const { view, keys, moves } = await withLedger(async (fulfillment) => ({
    view: await accountView(fulfillment, id, { kind: 'operator' }),
    keys: await findRegistrationKeys(reading(fulfillment.database), [id]),
    moves: await findAccountMoves(reading(fulfillment.database), id),
  }));
  if (!view) throw new CommandError(`There is no account "${id}".`);
  const { account, licenses, alignedEnd } = view;
  const registrationKeys = keys.map(({ code, suite, seats, validThrough }) => ({
    registrationKey: code,
    suite,
    seats,
    validThrough,
  }));
  if (json) {
    printJson({ account, registrationKeys, licenses, alignedEnd, moves });
    return 0;
  }
  print(heading(`Account ${account.id}`));
  print(
    facts([
      ['company', account.company],
      ['contact', account.contact],
      ['email', account.email],
      ['country', `${account.country}, region ${account.region}`],
      ['reseller', account.reseller ?? "nobody's yet"],
      ['merged into', account.mergedInto],
      ['aligned end', alignedEnd],
      ...moves.map(({ at, from, to, by, reason }): [string, string] => [
        'moved',
        `${moment(at)} from ${from ?? 'nobody'} to ${to ?? 'nobody'} by ${by}: ${reason}`,
      ]),
      ...keys.map(({ code, suite, seats, validThrough }): [string, string] => [
        'registration key',
        `${code}  ${suite}, ${seats} seats, valid through ${validThrough}`,
      ]),
    ]),
  );
  print('');
  print(
    licenses.length === 0
      ? 'It has no licenses.'
      : table(
          [
            { title: 'Product', shrinkTo: 12 },
            { title: 'Activation Code' },
            { title: 'Seats', align: 'right' },
            { title: 'Valid through' },
            { title: 'Type', shrinkTo: 6 },
            { title: 'Status', shrinkTo: 8 },
          ],
          licenses.map((license) => [
            license.product,
            license.activationCode,
            String(license.seats),
            license.validThrough,
            license.edition === 'trial' ? `${license.type}, trial` : license.type,
            license.mergedInto === null ? license.status : `merged into ${license.mergedInto}`,
          ]),
        ),
  );
  return 0;
}
