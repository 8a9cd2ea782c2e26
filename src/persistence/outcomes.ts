import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';
import { messageColumns, type MessageRow, type MessageStatus } from '#src/persistence/messages.ts';
import { ownersOfCertificate, type CertificateOwnersRow } from '#src/persistence/visible-certificates.ts';

/** A message with everything that its outcome tells. */
export interface OutcomeRow {
  readonly message: MessageRow;
  /** Of the certificate that it wrote. */
  readonly facts: CertificateFacts | null;
  readonly rendered: boolean;
  /** Id of the hold that waits for a person. */
  readonly hold: string | null;
  readonly owners: CertificateOwnersRow;
}

/** What to list; all that is given must hold. */
export interface OutcomeFilter {
  readonly kind?: MessageRow['kind'];
  /** Null: those of no reseller; undefined: of any. */
  readonly reseller?: string | null | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly number?: string | undefined;
  readonly status?: MessageStatus | undefined;
  readonly account?: string | undefined;
  readonly acceptedAfter?: string | undefined;
  /** Those accepted after the message of this id: how a list goes on. */
  readonly after?: string | undefined;
}

/** Messages in the order of their acceptance, at most `limit`. */
export async function findOutcomes(
  tx: Transaction,
  filter: OutcomeFilter,
  limit: number,
): Promise<readonly OutcomeRow[]> {
  const parameters: unknown[] = [];
  const conditions: string[] = [];
  const where = (condition: string, value: unknown) => {
    if (value === undefined) return;
    parameters.push(value);
    conditions.push(condition.replace('$?', `$${parameters.length}`));
  };
  where('message.kind = $?', filter.kind);
  where(
    filter.reseller === null ? 'message.reseller is not distinct from $?::text' : 'message.reseller = $?',
    filter.reseller,
  );
  where('message.id = any($?::uuid[])', filter.ids);
  where('message.number = $?', filter.number);
  // In the text: one plan for all statuses could not use the index of the open ones.
  if (filter.status !== undefined) conditions.push(`message.status = '${filter.status}'`);
  where('message.account = $?', filter.account);
  // What is shown of it are milliseconds.
  where("date_trunc('milliseconds', message.accepted_at) > $?::timestamptz", filter.acceptedAfter);
  where(
    'message.accepted_number > (select accepted_number from message as last where last.id = $?::uuid)',
    filter.after,
  );
  parameters.push(limit);
  const rows = await statement<MessageRow & Omit<OutcomeRow, 'message'>>(
    tx,
    `select ${messageColumns}, certificate.facts, certificate.rendered_at is not null as rendered, hold.id as hold,
       ${ownersOfCertificate}
     from message
     left join certificate on certificate.number = message.certificate_number and certificate.version = message.certificate_version
     left join hold on hold.message = message.id and hold.decision is null
     ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
     order by message.accepted_number limit $${parameters.length}`,
    parameters,
  );
  return rows.map(({ facts, rendered, hold, owners, ...message }) => ({
    message,
    facts,
    rendered,
    hold,
    owners,
  }));
}
