import type { Mix } from '#test/bench/messages-mix.ts';

/**
 * What of a template row must be another in every transaction of pgbench: SQL expressions over the row `row`, the transaction's `:n`, and
 * the message's number. All other columns are copied as they are.
 */
export interface RowsOfMix {
  /** By table: the number of the message that a row, `changed`, belongs to. */
  readonly numberOf: Readonly<Record<string, string>>;
  /** By `table.column`. */
  readonly expressions: Readonly<Record<string, string>>;
}

/** The number of the message; it also tells the accounts. */
const number = '(:n::bigint * 100 + row.k)';

/** An id that begins with the number of the transaction, as version 7 begins with the time: it goes to the right edge of its index. */
const fresh = (column: string) =>
  `overlay(row.${column}::text placing '02' || lpad(to_hex(:n::bigint), 6, '0') || '-0000' from 1 for 13)::uuid`;

const account = (letter: string) => `'${letter}' || lpad(${number}::text, 8, '0')`;
const numbered = (prefix: string) => `'${prefix}' || lpad(${number}::text, 8, '0')`;
/** Beyond those that the product drew for the base. */
const certificate = `'LC-2026-' || lpad((${number} + 1000000)::text, 7, '0')`;
const decision = `${number} + 1000000`;

const numberIn = (text: string) => `substr(${text}, 2)::integer`;
const certificateNumberOf = numberIn('(select account from public.message where id = changed.message)');
const grantNumberOf = numberIn('(select account from public.license where id = changed.license)');

const message = (letter: string) => ({
  'message.id': fresh('id'),
  'message.account': account(letter),
  'message.decided_number': decision,
  'message.certificate_number': certificate,
  'certificate.number': certificate,
  'certificate.message': fresh('message'),
  'license_grant.cause': fresh('cause'),
  'event.id': fresh('id'),
  'event.sequence': decision,
  'event.message': fresh('message'),
  'event.certificate_number': certificate,
});

export const rowsOfMix: Readonly<Record<Mix, RowsOfMix>> = {
  orders: {
    numberOf: {
      message: numberIn('changed.account'),
      registration_key: numberIn('changed.account'),
      license: numberIn('changed.account'),
      license_grant: grantNumberOf,
      certificate: certificateNumberOf,
      event: certificateNumberOf,
    },
    expressions: {
      ...message('o'),
      'message.number': numbered('PO-'),
      'registration_key.id': fresh('id'),
      'registration_key.code': `bench.registration_key('SE', ${number}::text)`,
      'registration_key.account': account('o'),
      'registration_key.certificate_number': certificate,
      'license.id': `bench.held('o', ${number}, substr(row.pid, 6, 1)::integer)`,
      'license.extended_by': `array[overlay(row.extended_by[1]::text placing '02' || lpad(to_hex(:n::bigint), 6, '0') || '-0000' from 1 for 13)::uuid]`,
      'license_grant.license': `bench.held('o', ${number}, substr(row.license::text, 16, 1)::integer)`,
      'license_grant.registration_key': fresh('registration_key'),
    },
  },
  registrations: {
    numberOf: {
      message: numberIn('changed.account'),
      registration_key: numberIn('changed.account'),
      license: numberIn('changed.account'),
      license_grant: grantNumberOf,
      registration_key_grant: numberIn('changed.account'),
      certificate: certificateNumberOf,
      event: certificateNumberOf,
    },
    expressions: {
      ...message('r'),
      'message.number': `encode(sha256(${number}::text::bytea), 'hex')`,
      'registration_key.id': `bench.held('r', ${number}, 0)`,
      'registration_key_grant.registration_key': `bench.held('r', ${number}, 0)`,
      'registration_key_grant.cause': fresh('cause'),
      'registration_key_grant.account': account('r'),
      'license.id': fresh('id'),
      'license.account': account('r'),
      'license.activation_code': `bench.activation_code(left(row.activation_code, 2), ${number}::text)`,
      'license.registration_key': `bench.held('r', ${number}, 0)`,
      'license.extended_by': `array[bench.held('r', ${number}, 0)]`,
      'license_grant.license': fresh('license'),
      'license_grant.registration_key': `bench.held('r', ${number}, 0)`,
    },
  },
  merges: {
    numberOf: {
      message: numberIn('changed.account'),
      license: numberIn('changed.account'),
      account: numberIn('changed.id'),
      license_grant: grantNumberOf,
      certificate: certificateNumberOf,
      event: certificateNumberOf,
    },
    expressions: {
      ...message('s'),
      'message.number': numbered('MR-'),
      'license.id': `bench.held(left(row.account, 1), ${number}, 1)`,
      'license.merged_into': `case when row.merged_into is not null then bench.held('s', ${number}, 1) end`,
      // The letter stands in the id as a hexadecimal number: both sides have a grant.
      'license_grant.license': `bench.held(case substr(row.license::text, 22, 2) when '74' then 't' else 's' end, ${number}, 1)`,
      'account.id': account('t'),
      'account.merged_into': account('s'),
    },
  },
};
