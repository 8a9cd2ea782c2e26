import { resellerName } from '#jobs/fields.ts';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { dim, heading, moment, print, printJson, say } from '#src/commands/terminal/output.ts';
import { table } from '#src/commands/terminal/table.ts';
import { withDatabase } from '#src/commands/with-database.ts';
import type { LicenseType } from '#src/domain/license.ts';
import {
  addOperator,
  addReseller,
  listOperators,
  listResellers,
  revokeKey,
  revokeOperator,
  rotateKey,
} from '#src/persistence/api-keys.ts';
import { inTransaction, reading, type Transaction } from '#src/persistence/database.ts';
import { findResellers } from '#src/persistence/ledger.ts';

interface Json {
  readonly json?: boolean | undefined;
}

export async function runResellerAdd(
  name: string,
  { json, licenseType }: Json & { readonly licenseType: LicenseType },
): Promise<0> {
  checkName(name);
  const apiKey = await changing((tx) => addReseller(tx, name, licenseType));
  showKey({ name, licenseType, apiKey }, json, `Added the reseller ${name} (license type ${licenseType}).`);
  return 0;
}

export async function runResellerRotate(name: string, { json }: Json): Promise<0> {
  const { apiKey, licenseType } = await changing(async (tx) => {
    const key = await rotateKey(tx, name);
    const [reseller] = await findResellers(tx, [name]);
    return { apiKey: key, licenseType: reseller?.licenseType };
  });
  showKey(
    { name, licenseType, apiKey },
    json,
    `The reseller ${name} has a new API key; the old one ends within seconds.`,
  );
  return 0;
}

export async function runResellerRevoke(name: string, { json }: Json): Promise<0> {
  await changing((tx) => revokeKey(tx, name));
  if (json) printJson({ name, revoked: true });
  else print(`The API key of the reseller ${name} has ended. "chancery reseller rotate" gives it a new one.`);
  return 0;
}

export async function runResellerList({ json }: Json): Promise<0> {
  const resellers = await withDatabase(({ database }) => listResellers(reading(database)));
  if (json)
    printJson(
      resellers.map((reseller) => ({
        ...reseller,
        createdAt: instant(reseller.createdAt),
        keySince: instant(reseller.keySince),
      })),
    );
  else if (resellers.length === 0) say('There is no reseller yet. "chancery reseller add NAME" adds one.');
  else {
    const rows = resellers.map(({ name, licenseType, createdAt, keySince }) => [
      name,
      licenseType,
      moment(createdAt),
      keySince === null ? 'revoked' : `since ${moment(keySince)}`,
    ]);
    print(
      table(
        [
          { title: 'Reseller', shrinkTo: 12 },
          { title: 'License type' },
          { title: 'Added' },
          { title: 'API key' },
        ],
        rows,
      ),
    );
  }
  return 0;
}

export async function runOperatorAdd(name: string, { json }: Json): Promise<0> {
  checkName(name);
  const apiKey = await changing((tx) => addOperator(tx, name));
  showKey({ name, apiKey }, json, `Added the operator ${name}.`);
  return 0;
}

export async function runOperatorRevoke(name: string, { json }: Json): Promise<0> {
  await changing((tx) => revokeOperator(tx, name));
  if (json) printJson({ name, revoked: true });
  else print(`The API key of the operator ${name} has ended.`);
  return 0;
}

export async function runOperatorList({ json }: Json): Promise<0> {
  const operators = await withDatabase(({ database }) => listOperators(reading(database)));
  if (json)
    printJson(
      operators.map(({ name, keySince, revokedAt }) => ({
        name,
        keySince: instant(keySince),
        revokedAt: instant(revokedAt),
      })),
    );
  else if (operators.length === 0) say('There is no operator yet. "chancery operator add NAME" adds one.');
  else {
    const rows = operators.map(({ name, keySince, revokedAt }) => [
      name,
      keySince === null
        ? `revoked ${revokedAt === null ? '' : moment(revokedAt)}`
        : `since ${moment(keySince)}`,
    ]);
    print(table([{ title: 'Operator', shrinkTo: 12 }, { title: 'API key' }], rows));
  }
  return 0;
}

function changing<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
  return withDatabase(({ database }) => inTransaction(database, work));
}

function showKey(
  result: { readonly name: string; readonly licenseType?: string | undefined; readonly apiKey: string },
  json: boolean | undefined,
  sentence: string,
): void {
  if (json) {
    printJson(result);
    return;
  }
  print(sentence);
  print(`\n  API key  ${heading(result.apiKey)}\n`);
  print(dim('Only a hash of it is kept: it cannot be shown again.'));
}

function instant(at: string | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

function checkName(name: string): void {
  const parsed = resellerName.safeParse(name);
  if (!parsed.success)
    throw new CommandError(`The name ${parsed.error.issues[0]?.message ?? 'cannot be used'}.`, 2);
}
