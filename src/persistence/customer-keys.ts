import type { RegistrationKey } from '#src/domain/holdings.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';
import { findRegistrationKeys } from '#src/persistence/ledger.ts';

/** The key with this code, and the older one that it stands for now, if it does. @param code canonical */
export async function findKeyByCode(tx: Transaction, code: string): Promise<RegistrationKey | undefined> {
  const keys = await findRegistrationKeys(tx, [], [code]);
  return keys.find((key) => key.code === code);
}

export async function findKeyById(tx: Transaction, id: string): Promise<RegistrationKey | undefined> {
  const [row] = await statement<{ readonly code: string }>(
    tx,
    'select code from registration_key where id = $1',
    [id],
  );
  return row && findKeyByCode(tx, row.code);
}

/** Id of the key that this one is an alias of, in the end; its own when it is none. */
export async function activeKeyId(tx: Transaction, id: string): Promise<string | undefined> {
  const [row] = await statement<{ readonly id: string }>(
    tx,
    `with recursive chain as (
       select id, alias_of from registration_key where id = $1
       union
       select next.id, next.alias_of from chain cross join lateral (
         select id, alias_of from registration_key where id = chain.alias_of offset 0) as next
     )
     select id from chain where alias_of is null`,
    [id],
  );
  return row?.id;
}

/** When the account accepted the agreement for the key last: further products of it are issued under that acceptance. */
export async function findAcceptance(
  tx: Transaction,
  account: string,
  codes: readonly string[],
): Promise<string | undefined> {
  const [row] = await statement<{ readonly at: string | null }>(
    tx,
    `select coalesce(content->>'acceptedAgreementAt', content->'register'->>'acceptedAgreementAt') as at
     from (select * from message where account = $1 offset 0) as of_account
     where status = 'fulfilled' and ((kind = 'registration' and content->>'registrationKey' = any($2::text[]))
       or (kind = 'upgrade-order' and content ? 'register'))
     order by decided_number desc limit 1`,
    [account, codes],
  );
  return row?.at ?? undefined;
}

/** A certificate of an account, its newest version. */
export interface AccountCertificate {
  readonly number: string;
  readonly version: number;
  readonly issuedOn: string;
  readonly isRendered: boolean;
}

/** The certificates that the account's messages wrote, the newest first. */
export function findAccountCertificates(
  tx: Transaction,
  account: string,
  limit: number,
): Promise<readonly AccountCertificate[]> {
  return statement(
    tx,
    `select certificate.number, certificate.version, certificate.facts->>'issuedOn' as "issuedOn",
       certificate.rendered_at is not null as "isRendered"
     from (
       select certificate_number as number, max(certificate_version) as version, max(decided_number) as last
       from (select * from message where account = $1 offset 0) as of_account where certificate_number is not null
       group by certificate_number order by last desc limit $2
     ) as newest join certificate using (number, version) order by newest.last desc`,
    [account, limit],
  );
}

export interface AccountEvent {
  readonly id: string;
  readonly kind: string;
  readonly number: string;
  readonly status: string;
  readonly acceptedAt: string;
  readonly certificate: string | null;
  /** The member who sent it from the portal. */
  readonly member: string | null;
}

/** What happened to the account, the latest first. */
export async function findAccountEvents(
  tx: Transaction,
  account: string,
  limit: number,
): Promise<readonly AccountEvent[]> {
  const rows = await statement<AccountEvent>(
    tx,
    `select id, kind, number, status, accepted_at as "acceptedAt", certificate_number as certificate,
       events->0->'details'->>'member' as member
     from (select * from message where account = $1 offset 0) as of_account order by accepted_number desc limit $2`,
    [account, limit],
  );
  return rows.map((row) => ({ ...row, acceptedAt: new Date(row.acceptedAt).toISOString() }));
}

/** The account's Registration Keys that are no aliases, by suite. */
export function findAccountSuites(
  tx: Transaction,
  account: string,
): Promise<
  readonly {
    readonly id: string;
    readonly name: string;
    readonly seats: number;
    readonly validThrough: string;
  }[]
> {
  return statement(
    tx,
    `select key.id, suite_snapshot.name, key.seats, key.valid_through as "validThrough" from registration_key as key
     join suite_snapshot on suite_snapshot.id = key.suite_snapshot
     where key.account = $1 and key.alias_of is null order by suite_snapshot.name`,
    [account],
  );
}

/** The member who sent the message from the portal; undefined for one that came another way. */
export async function findSender(tx: Transaction, message: string): Promise<string | undefined> {
  const [row] = await statement<{ readonly member: string | null }>(
    tx,
    `select events->0->'details'->>'member' as member from message where id = $1`,
    [message],
  );
  return row?.member ?? undefined;
}
