import { statement, type Transaction } from '#src/persistence/database.ts';

/** A Registration Key by its id, under the code that it has now, with the account that it is registered to. */
export interface ReachedKey {
  readonly id: string;
  readonly code: string;
  readonly account: string | null;
}

/** The accounts of licenses with these codes, replaced ones included. */
export async function findAccountsOfCodes(
  tx: Transaction,
  codes: readonly string[],
): Promise<readonly string[]> {
  if (codes.length === 0) return [];
  const rows = await statement<{ readonly account: string }>(
    tx,
    `select account from license where activation_code = any($1::text[])
     union
     select license.account from retired_code join license on license.id = retired_code.license
     where retired_code.code = any($1::text[])`,
    [codes],
  );
  return rows.map(({ account }) => account);
}

/** The newest codes of the keys with these codes, replaced ones included. */
export async function findNewestKeyCodes(
  tx: Transaction,
  codes: readonly string[],
): Promise<readonly ReachedKey[]> {
  if (codes.length === 0) return [];
  return statement(
    tx,
    `select id, code, account from registration_key where code = any($1::text[])
     union
     select key.id, key.code, key.account from retired_code join registration_key as key on key.id = retired_code.registration_key
     where retired_code.code = any($1::text[])`,
    [codes],
  );
}

/** The certificates of licenses' own changes. */
export async function findLicenseSeries(
  tx: Transaction,
  licenses: readonly string[],
): Promise<readonly { readonly license: string; readonly number: string; readonly version: number }[]> {
  if (licenses.length === 0) return [];
  return statement(
    tx,
    `select license, certificate_number as number, certificate_version as version from license_series
     where license = any($1::uuid[])`,
    [licenses],
  );
}

/** The messages that wrote the certificates of the keys. */
export async function findCertifiedMessages(
  tx: Transaction,
  keys: readonly string[],
): Promise<readonly string[]> {
  if (keys.length === 0) return [];
  const rows = await statement<{ readonly message: string }>(
    tx,
    `select certificate.message from registration_key as key join certificate on certificate.number = key.certificate_number
     where key.id = any($1::uuid[])`,
    [keys],
  );
  return rows.map(({ message }) => message);
}

/** What was taken back, by the id of the message: the request that did it. */
export interface ReversalRow {
  readonly message: string;
  readonly reversedBy: string;
  readonly takenAlong: boolean;
  readonly requestNumber: string;
}

export async function findReversals(
  tx: Transaction,
  messages: readonly string[],
): Promise<readonly ReversalRow[]> {
  if (messages.length === 0) return [];
  return statement(
    tx,
    `select reversal.message, reversed_by as "reversedBy", taken_along as "takenAlong", by_message.number as "requestNumber"
     from reversal join message as by_message on by_message.id = reversed_by
     where reversal.message = any($1::uuid[]) or reversed_by = any($1::uuid[])`,
    [messages],
  );
}
