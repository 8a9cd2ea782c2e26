import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';
import { messageColumns, type MessageRow, type MessageStatus } from '#src/persistence/messages.ts';
import { ownersOf, type CertificateOwnersRow } from '#src/persistence/visible-certificates.ts';

/** A message with everything that its outcome tells. */
export interface OutcomeRow {
  readonly message: MessageRow;
  /** Of the certificate that it wrote. */
  readonly facts: CertificateFacts | null;
  readonly rendered: boolean;
  /** What it says where it wrote no certificate. */
  readonly stated: CertificateFacts | null;
  /** The return that took it back. */
  readonly returnedBy: { readonly requestNumber: string; readonly id: string; readonly at: string } | null;
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
  /** Of change requests: the order that they name. */
  readonly order?: string | undefined;
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
  where("message.content->>'order' = $?", filter.order);
  // What is shown of it are milliseconds.
  where("date_trunc('milliseconds', message.accepted_at) > $?::timestamptz", filter.acceptedAfter);
  where(
    'message.accepted_number > (select accepted_number from message as last where last.id = $?::uuid)',
    filter.after,
  );
  parameters.push(limit);
  const rows = await statement<MessageRow & Omit<OutcomeRow, 'message'>>(
    tx,
    `select ${messageColumns}, certificate.facts, certificate.rendered_at is not null as rendered, message.stated, hold.id as hold,
       case when returner.id is not null then json_build_object('requestNumber', returner.number, 'id', returner.id,
         'at', reversal.reversed_at) end as "returnedBy",
       ${ownersOf('coalesce(certificate.facts, message.stated)')}
     from message
     left join certificate on certificate.number = message.certificate_number and certificate.version = message.certificate_version
     left join hold on hold.message = message.id and hold.decision is null
     left join reversal on reversal.message = message.id and not reversal.taken_along
     left join message as returner on returner.id = reversal.reversed_by and message.kind <> 'merge-request'
     ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
     order by message.accepted_number limit $${parameters.length}`,
    parameters,
  );
  return rows.map(({ facts, rendered, stated, hold, returnedBy, owners, ...message }) => ({
    message,
    facts,
    rendered,
    stated,
    hold,
    returnedBy,
    owners,
  }));
}
