import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import { createConditions } from '#src/persistence/conditions.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';
import { leastIdOf } from '#src/persistence/least-id.ts';
import { mayGoAgain, type MailRow, type MailStatus } from '#src/persistence/mails.ts';

/** What a certificate's mail is made of. */
export interface MailedCertificate {
  readonly facts: CertificateFacts;
  readonly messageKind: string;
  readonly pdf: Buffer;
}

export async function findMailedCertificate(
  tx: Transaction,
  number: string,
  version: number,
): Promise<MailedCertificate | undefined> {
  const [row] = await statement<MailedCertificate>(
    tx,
    `select facts, message.kind as "messageKind", pdf from certificate join certificate_pdf using (number, version)
     join message on message.id = certificate.message where certificate.number = $1 and certificate.version = $2`,
    [number, version],
  );
  return row;
}

/** A mail as operators see it, without its content. */
export interface ListedMail extends Pick<MailRow, 'id' | 'kind' | 'status' | 'attempts' | 'about'> {
  readonly to: string;
  readonly at: string;
  readonly fault: string | null;
  /** The message that wrote its certificate. */
  readonly message: string | null;
  readonly mayGoAgain: boolean;
}

export interface MailFilter {
  readonly to?: string | undefined;
  readonly status?: MailStatus | undefined;
  /** An instant. */
  readonly createdAfter?: string | undefined;
  /** Written after the mail of this id. */
  readonly afterId?: string | undefined;
  /** Written before the mail of this id; with it, or without either, and `latestFirst`, the latest come first. */
  readonly beforeId?: string | undefined;
  readonly latestFirst?: boolean;
}

/** Clocks of the processes that make ids may differ by so much from PostgreSQL's. */
const clocksDifferMs = 3_600_000;

/** Mails in the order of their writing, or the latest first. What is not asked for stands in no condition, so that indexes serve. */
export async function listMails(
  tx: Transaction,
  filter: MailFilter,
  limit: number,
): Promise<readonly ListedMail[]> {
  const conditions = createConditions();
  const { where } = conditions;
  const { createdAfter } = filter;
  if (filter.status !== undefined) conditions.only(`status = '${filter.status}'`);
  // As a range, so that the order below is no matter of ids alone.
  where('lower(recipient) between lower($?) and lower($?)', filter.to);
  where('created_at > $?::timestamptz', createdAfter);
  where(
    'id > $?::uuid',
    createdAfter && leastIdOf(new Date(Date.parse(createdAfter) - clocksDifferMs).toISOString()),
  );
  where('id > $?::uuid', filter.afterId);
  where('id < $?::uuid', filter.beforeId);
  const most = conditions.parameter(limit);
  // With the recipient in the order, only its own index serves.
  const direction = filter.latestFirst === true ? 'desc' : 'asc';
  const order = `${filter.to === undefined ? '' : `lower(recipient) ${direction}, `}id ${direction}`;
  const rows = await statement<ListedMail>(
    tx,
    `select id, kind, recipient as "to", coalesce(ended_at, created_at) as at, status, attempts, about, fault,
       ${mayGoAgain} as "mayGoAgain", (select message from certificate where certificate.number = about->>'certificate'
         and certificate.version = (about->>'version')::integer) as message from mail
     ${conditions.sql} order by ${order} limit ${most}`,
    conditions.parameters,
  );
  return rows.map((row) => ({ ...row, at: new Date(row.at).toISOString() }));
}
