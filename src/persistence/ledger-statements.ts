import { inserting, rowsOf, updating, type Write } from '#src/persistence/columns.ts';

export const insertAccounts = inserting('account', [
  'id',
  'company',
  'contact',
  'email',
  'country',
  'region',
  'reseller',
  'claimed',
]);

export const updateAccounts = updating('account', 'id', ['reseller', 'claimed', 'mergedInto']);

export const insertRegistrationKeys = inserting(
  'registration_key',
  [
    'id',
    'code',
    'suite',
    'suiteSnapshot',
    'account',
    'reseller',
    'orderNumber',
    'seats',
    'startsOn',
    'validThrough',
    'aliasOf',
    'certificateNumber',
    'certificateVersion',
    'customer',
    'anchor',
    'grants',
  ],
  'issuedAt',
);

export const updateRegistrationKeys = updating('registration_key', 'id', [
  'account',
  'orderNumber',
  'seats',
  'startsOn',
  'validThrough',
  'aliasOf',
  'certificateVersion',
  'customer',
  'anchor',
  'suspended',
  'endedOn',
  'endedBy',
  'grants',
]);

const aliasRows = rowsOf('registration_key', ['id', 'account', 'aliasOf']);

export const repointAliases: Write<'id' | 'account' | 'aliasOf'> = {
  source: aliasRows,
  sql: `update registration_key set alias_of = coalesce(changed."aliasOf", changed.id), account = changed.account
    from ${aliasRows.sql} as changed where registration_key.alias_of = changed.id`,
};

export const insertLicenses = inserting('license', [
  'id',
  'activationCode',
  'account',
  'pid',
  'type',
  'edition',
  'status',
  'seats',
  'validThrough',
  'mergedInto',
  'registrationKey',
  'extendedBy',
  'grants',
  'anchor',
]);

export const updateLicenses = updating('license', 'id', [
  'edition',
  'status',
  'seats',
  'validThrough',
  'mergedInto',
  'extendedBy',
  'grants',
  'anchor',
]);

export const insertGrants = inserting(
  'license_grant',
  [
    'license',
    'number',
    'causeKind',
    'cause',
    'registrationKey',
    'seats',
    'validThrough',
    'licenseAnchor',
    'licenseStatus',
    'licenseEdition',
    'licenseExtendedBy',
  ],
  'madeAt',
);

export const insertKeyGrants = inserting(
  'registration_key_grant',
  [
    'registrationKey',
    'number',
    'causeKind',
    'cause',
    'account',
    'orderNumber',
    'seats',
    'startsOn',
    'validThrough',
    'anchor',
    'aliasOf',
    'suspended',
    'endedOn',
    'customer',
  ],
  'madeAt',
);

export const recodeLicenses = updating('license', 'id', ['activationCode']);

export const recodeKeys = updating('registration_key', 'id', ['code']);

export const revokeLicenses = updating('license', 'id', ['revokedBy']);

export const insertRetiredCodes = inserting(
  'retired_code',
  ['code', 'license', 'registrationKey', 'replacedBy', 'resolvesUntil'],
  'retiredAt',
);

export const insertReversals = inserting('reversal', ['message', 'reversedBy', 'takenAlong'], 'reversedAt');

const insertLicenseSeries = inserting('license_series', [
  'license',
  'certificateNumber',
  'certificateVersion',
]);

export const upsertLicenseSeries = {
  ...insertLicenseSeries,
  sql: `${insertLicenseSeries.sql} on conflict on constraint license_series_pkey do update
    set certificate_number = excluded.certificate_number, certificate_version = excluded.certificate_version`,
};

export const insertCertificates = inserting(
  'certificate',
  ['number', 'version', 'message', 'facts'],
  'writtenAt',
);

export const insertHolds = inserting('hold', ['id', 'message', 'code', 'text', 'details'], 'heldAt');
