import { userInfo } from 'node:os';
import { resellerName } from '#jobs/fields.ts';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { dim, heading, moment, print, printJson, say } from '#src/commands/terminal/output.ts';
import { table } from '#src/commands/terminal/table.ts';
import { withDatabase } from '#src/commands/with-database.ts';
import type { LicenseType } from '#src/domain/license.ts';
import type { OperatorRole } from '#src/domain/operator-role.ts';
import {
  endOperator,
  endReseller,
  makeOperator,
  makeReseller,
  rotateHolder,
  type KeyChange,
} from '#src/fulfillment/batch/key-holders.ts';
import { listOperators, listResellers } from '#src/persistence/api-keys.ts';
import { reading, type Database } from '#src/persistence/database.ts';
import { findResellers } from '#src/persistence/ledger.ts';

interface Json {
  readonly json?: boolean | undefined;
}

export async function runResellerAdd(
  name: string,
  { json, licenseType }: Json & { readonly licenseType: LicenseType },
): Promise<0> {
  checkName(name);
  const apiKey = await changing((database, by) => makeReseller(database, name, licenseType, by));
  showKey({ name, licenseType, apiKey }, json, `Added the reseller ${name} (license type ${licenseType}).`);
  return 0;
}

export async function runResellerRotate(name: string, { json }: Json): Promise<0> {
  const { apiKey, licenseType } = await changing(async (database, by) => {
    const key = await rotateHolder(database, 'reseller', name, by);
    const [reseller] = await findResellers(reading(database), [name]);
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
  const endpoints = await changing((database, by) => endReseller(database, name, by));
  if (json) printJson({ name, revoked: true });
  else {
    print(`The API key of the reseller ${name} has ended. "chancery reseller rotate" gives it a new one.`);
    if (endpoints > 0)
      print(
        `${endpoints} of its webhook endpoints ${endpoints === 1 ? 'is' : 'are'} disabled; "chancery webhook enable ID" enables one again.`,
      );
  }
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

export async function runOperatorAdd(
  name: string,
  { json, role }: Json & { readonly role: OperatorRole },
): Promise<0> {
  checkName(name);
  const apiKey = await changing((database, by) => makeOperator(database, name, role, by));
  showKey({ name, apiKey }, json, `Added the operator ${name} (role ${role}).`);
  return 0;
}

export async function runOperatorRotate(name: string, { json }: Json): Promise<0> {
  const apiKey = await changing((database, by) => rotateHolder(database, 'operator', name, by));
  showKey({ name, apiKey }, json, `The operator ${name} has a new API key; the old one ends within seconds.`);
  return 0;
}

export async function runOperatorRevoke(name: string, { json }: Json): Promise<0> {
  await changing((database, by) => endOperator(database, name, by));
  if (json) printJson({ name, revoked: true });
  else print(`The API key of the operator ${name} has ended.`);
  return 0;
}

export async function runOperatorList({ json }: Json): Promise<0> {
  const operators = await withDatabase(({ database }) => listOperators(reading(database)));
  if (json)
    printJson(
      operators.map(({ name, role, keySince, revokedAt }) => ({
        name,
        role,
        keySince: instant(keySince),
        revokedAt: instant(revokedAt),
      })),
    );
  else if (operators.length === 0) say('There is no operator yet. "chancery operator add NAME" adds one.');
  else {
    const rows = operators.map(({ name, role, keySince, revokedAt }) => [
      name,
      keySince === null
        ? `revoked ${revokedAt === null ? '' : moment(revokedAt)}`
        : `since ${moment(keySince)}`,
      role,
    ]);
    print(table([{ title: 'Operator', shrinkTo: 12 }, { title: 'API key' }, { title: 'Role' }], rows));
  }
  return 0;
}

/** Whoever may run commands acts as the user of this system. */
function changing<T>(work: (database: Database, change: KeyChange) => Promise<T>): Promise<T> {
  return withDatabase(({ database }) => work(database, { by: `operator ${userInfo().username}` }));
}

function showKey(
  result: {
    readonly name: string;
    readonly licenseType?: string | undefined;
    readonly apiKey: string;
  },
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
