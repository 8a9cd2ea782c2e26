import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';
import type { EventAbout, SystemEvent } from '#src/persistence/events.ts';
import { messageColumns, type MessageRow } from '#src/persistence/messages.ts';
import { ownersOf, type CertificateOwnersRow } from '#src/persistence/visible-certificates.ts';

/** An event with its message and what the certificate states that the decision wrote. */
export interface EventRow {
  readonly eventId: string;
  readonly sequence: string;
  readonly type: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly timestamp: string;
  readonly position: string;
  readonly about: Partial<EventAbout & Pick<SystemEvent, 'data' | 'path'>>;
  readonly certificate: { readonly number: string; readonly version: number } | null;
  /** Null for what is told of no message. */
  readonly message: MessageRow | null;
  readonly facts: CertificateFacts | null;
  /** What the message says where it wrote no certificate; of a later decision, perhaps. */
  readonly stated: CertificateFacts | null;
  readonly owners: CertificateOwnersRow;
}

export interface FeedPage {
  readonly events: readonly EventRow[];
  /** The last place that was given. */
  readonly head: string;
  /** The last place whose event was removed. */
  readonly removed: string;
  /** Whether events wait for their places. */
  readonly isMore: boolean;
}

interface Head {
  readonly head: string;
  readonly removed: string;
  readonly isMore: boolean;
}

type ReadEvent = Omit<EventRow, 'message'> & MessageRow & { readonly messageId: string | null };

/** What an event says, of `event`, its `message` and `certificate`. */
const eventColumns = `event.id as "eventId", event.sequence, event.type, event.position, event.about, event.message as "messageId",
  to_char(event.made_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as timestamp,
  case when event.certificate_number is not null then
    json_build_object('number', event.certificate_number, 'version', event.certificate_version) end as certificate,
  ${messageColumns}, certificate.facts, message.stated,
  ${ownersOf('coalesce(certificate.facts, message.stated)')}`;

const withTheirMessages = `left join message on message.id = event.message
  left join certificate on certificate.number = event.certificate_number and certificate.version = event.certificate_version`;

/**
 * Events behind a place, in the order of their places.
 * @param reseller whose; null: everybody's
 */
export async function readFeed(
  tx: Transaction,
  reseller: string | null,
  after: string,
  limit: number,
): Promise<FeedPage> {
  const whose = reseller === null ? '$3::text is null' : 'reseller = $3::text';
  const rows = await statement<Head & (ReadEvent | { readonly eventId: null })>(
    tx,
    `select feed.head, feed.removed, feed."isMore", ${eventColumns}
     from (
       select removed.position as removed, greatest(removed.position, (select max(position) from event where position is not null)) as head,
         exists (select from event where position is null) as "isMore"
       from event_removed as removed
     ) as feed
     left join (
       select * from event where position > $1::bigint and position is not null and ${whose} order by position limit $2
     ) as event on true
     ${withTheirMessages}
     order by event.position`,
    [after, limit, reseller],
  );
  const [first] = rows;
  if (!first) throw new Error('The table event_removed was emptied.');
  const events = rows.flatMap(({ head: _head, removed: _removed, isMore: _isMore, ...row }) =>
    row.eventId === null ? [] : [eventOf(row)],
  );
  return { events, head: first.head, removed: first.removed, isMore: first.isMore };
}

/** Events by their ids, in no order; those that were removed are missing. */
export async function readEvents(tx: Transaction, ids: readonly string[]): Promise<readonly EventRow[]> {
  const rows = await statement<ReadEvent>(
    tx,
    `select ${eventColumns} from event ${withTheirMessages} where event.id = any($1::uuid[])`,
    [ids],
  );
  return rows.map(eventOf);
}

function eventOf(row: ReadEvent): EventRow {
  const { eventId, messageId, sequence, type, timestamp, position } = row;
  const { about, certificate, facts, stated, owners } = row;
  const message = messageId === null ? null : row;
  return { eventId, sequence, type, timestamp, position, about, certificate, facts, stated, owners, message };
}
