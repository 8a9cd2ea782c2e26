import type { Language } from '#src/domain/customers/language.ts';
import { newId } from '#src/mechanisms/new-id.ts';
import { rowsOf, selecting } from '#src/persistence/columns.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';

export const mailKinds = ['certificate', 'sign-in', 'invitation', 'notice'] as const;
export type MailKind = (typeof mailKinds)[number];

export const mailStatuses = ['queued', 'sent', 'failed'] as const;
export type MailStatus = (typeof mailStatuses)[number];

export interface MailRow {
  readonly id: string;
  readonly kind: MailKind;
  readonly recipient: string;
  readonly language: Language;
  readonly reference: string;
  /** What it tells of; holds no code of any kind. */
  readonly about: Readonly<Record<string, unknown>>;
  readonly status: MailStatus;
  readonly attempts: number;
  readonly createdAt: string;
}

/** A mail that is owed. With `kind` and `recipient`, `reference` says what makes it the same mail again. */
export interface NewMail {
  readonly kind: MailKind;
  readonly recipient: string;
  readonly language: Language;
  readonly reference: string;
  readonly about: Readonly<Record<string, unknown>>;
}

const mailColumns = selecting('mail', [
  'id',
  'kind',
  'recipient',
  'language',
  'reference',
  'about',
  'status',
  'attempts',
  'createdAt',
]);

/** Writes mails that are owed, in the transaction of their effect. One that is there already stays. @returns ids of those written */
export async function insertMails(tx: Transaction, mails: readonly NewMail[]): Promise<readonly string[]> {
  if (mails.length === 0) return [];
  const rows = await statement<{ readonly id: string }>(
    tx,
    `insert into mail (id, kind, recipient, language, reference, about)
     select id, kind, recipient, language, reference, about from ${newMails.sql} as owed order by ordinality
     on conflict on constraint mail_once do nothing returning id`,
    newMails.parameters(mails.map((mail) => ({ ...mail, id: newId() }))),
  );
  return rows.map(({ id }) => id);
}

/**
 * Writes the mails of certificates whose PDFs are stored in this transaction: an order's to the customer that it named, a registration's
 * to the account, a merge's (also one that was undone) to both accounts (contract §8). In the language of the page that it came by, otherwise by country.
 * Repeating it writes nothing. @returns ids of those written
 */
export async function insertCertificateMails(
  tx: Transaction,
  certificates: readonly { readonly number: string; readonly version: number }[],
): Promise<readonly string[]> {
  if (certificates.length === 0) return [];
  const rows = await statement<{ readonly id: string }>(
    tx,
    `with ready as (
       select named.number, named.version, facts, message.events->0->'details'->>'language' as chosen, ordinality
       from unnest($1::text[], $2::integer[]) with ordinality as named (number, version, ordinality)
       join certificate on certificate.number = named.number and certificate.version = named.version
       join message on message.id = certificate.message
     ), owed as (
       select number, version, chosen, ordinality, facts->'customer'->>'email' as recipient, facts->'customer'->>'country' as country
       from ready where facts->'survivor' is null
       union all
       select number, version, chosen, ordinality, account.email, account.country from ready
       cross join lateral (select facts->'survivor'->>'account' as id
         union select merged->>'account' from jsonb_array_elements(coalesce(facts->'merged', facts->'restored')) as merged) as side
       join account on account.id = side.id
       where facts->'survivor' is not null
     ), addressed as (
       select distinct on (number, version, recipient) *, row_number() over (order by ordinality) as place
       from owed where recipient is not null
     )
     insert into mail (id, kind, recipient, language, reference, about)
     select ($3::uuid[])[place], 'certificate', recipient,
       coalesce(chosen, case when country in ('DE', 'AT', 'CH') then 'de' when country = 'JP' then 'ja' else 'en' end),
       number || ' ' || version, jsonb_build_object('certificate', number, 'version', version)
     from addressed where ($3::uuid[])[place] is not null
     on conflict on constraint mail_once do nothing returning id`,
    [
      certificates.map(({ number }) => number),
      certificates.map(({ version }) => version),
      // A merge has more than one recipient; no request merges more than a hundred licenses.
      Array.from({ length: certificates.length * 2 + 100 }, () => newId()),
    ],
  );
  return rows.map(({ id }) => id);
}

/** Mails whose time has come and that nobody is sending, oldest first. */
export async function findDueMails(
  tx: Transaction,
  limit: number,
  skip = 0,
): Promise<readonly { readonly id: string; readonly attempts: number }[]> {
  return statement(
    tx,
    `select id, attempts from mail where status = 'queued' and next_attempt_at <= now()
       and (claimed_until is null or claimed_until < now())
     order by next_attempt_at, id limit $1 offset $2`,
    [limit, skip],
  );
}

/** What became of a claim: the mail to send, or why there is nothing to do. */
export type MailClaim =
  | { readonly outcome: 'claimed'; readonly mail: MailRow }
  | { readonly outcome: 'unknown' | 'ended' | 'busy' | 'not-yet' }
  /** Another process had handed it over to the server and died before it heard the answer. */
  | { readonly outcome: 'uncertain' };

/** Takes a mail for one attempt, for so many seconds; nobody else sends it meanwhile. */
export async function claimMail(tx: Transaction, id: string, seconds: number): Promise<MailClaim> {
  const [claimed] = await statement<MailRow>(
    tx,
    `update mail set attempts = attempts + 1, claimed_until = now() + make_interval(secs => $2::float8)
     where id = $1 and status = 'queued' and next_attempt_at <= now() and (claimed_until is null or claimed_until < now())
       and handed_over_at is null
     returning ${mailColumns}`,
    [id, seconds],
  );
  if (claimed) return { outcome: 'claimed', mail: claimed };
  const [row] = await statement<{
    readonly status: MailStatus;
    readonly claimed: boolean;
    readonly handedOver: boolean;
  }>(
    tx,
    `select status, coalesce(claimed_until > now(), false) as claimed, handed_over_at is not null as "handedOver" from mail where id = $1`,
    [id],
  );
  if (!row) return { outcome: 'unknown' };
  if (row.status !== 'queued') return { outcome: 'ended' };
  if (row.claimed) return { outcome: 'busy' };
  return { outcome: row.handedOver ? 'uncertain' : 'not-yet' };
}

/** Goes on holding a claim. */
export async function renewClaim(tx: Transaction, id: string, seconds: number): Promise<void> {
  await statement(
    tx,
    `update mail set claimed_until = now() + make_interval(secs => $2::float8) where id = $1 and status = 'queued'`,
    [id, seconds],
  );
}

/**
 * Says that the server is about to have the mail whole: from now on, until its answer is known, it is not sent again.
 * @returns false when the claim was lost meanwhile; then it must not be handed over
 */
export async function handOver(tx: Transaction, id: string, attempt: number): Promise<boolean> {
  const rows = await statement(
    tx,
    `update mail set handed_over_at = now() where id = $1 and status = 'queued' and attempts = $2 and handed_over_at is null returning id`,
    [id, attempt],
  );
  return rows.length === 1;
}

/** A failed mail that the server has surely not taken, and that is of use on a later day. */
export const mayGoAgain = `status = 'failed' and handed_over_at is null and kind <> 'sign-in'`;

/** Has a failed mail sent once more, at once. @returns to whom; undefined when it is not one of those that may go again */
export async function requeueMail(tx: Transaction, id: string): Promise<string | undefined> {
  const [row] = await statement<{ readonly recipient: string }>(
    tx,
    `update mail set status = 'queued', next_attempt_at = now(), claimed_until = null, ended_at = null
     where id = $1::uuid and ${mayGoAgain} returning recipient`,
    [id],
  );
  return row?.recipient;
}

/** How an attempt ended. `later`: the server has not taken it, and it is tried again after so many seconds. */
export type MailEnding =
  | { readonly outcome: 'sent' }
  /** `mayBeTaken`: nobody knows whether the server has it; it is never sent again. */
  | { readonly outcome: 'failed'; readonly fault: string; readonly mayBeTaken?: boolean }
  | { readonly outcome: 'later'; readonly fault: string; readonly afterSeconds: number };

export async function endAttempt(tx: Transaction, id: string, ending: MailEnding): Promise<void> {
  const fault = ending.outcome === 'sent' ? null : ending.fault;
  const afterSeconds = ending.outcome === 'later' ? ending.afterSeconds : null;
  const mayBeTaken = ending.outcome === 'sent' || (ending.outcome === 'failed' && ending.mayBeTaken === true);
  await statement(
    tx,
    `update mail set status = $2, fault = $3, claimed_until = null,
       handed_over_at = case when $5::boolean then handed_over_at end,
       next_attempt_at = case when $2 = 'queued' then now() + make_interval(secs => $4::float8) else next_attempt_at end,
       ended_at = case when $2 = 'queued' then null else now() end
     where id = $1 and status = 'queued'`,
    [id, ending.outcome === 'later' ? 'queued' : ending.outcome, fault, afterSeconds, mayBeTaken],
  );
}

const newMails = rowsOf('mail', ['id', 'kind', 'recipient', 'language', 'reference', 'about']);
